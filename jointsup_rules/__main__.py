"""`python -m jointsup_rules` is `jointsup`."""

from jointsup_rules.cli import main

if __name__ == "__main__":
    main(prog_name="jointsup")

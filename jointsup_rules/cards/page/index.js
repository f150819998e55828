// Search and filters; without this script the whole list is shown.

const blocks = [...document.querySelectorAll('[data-lang]')];

function matches(row, wanted) {
  return Object.entries(wanted).every(([name, value]) => {
    if (!value) return true;
    if (name === 'words') return value.split(/\s+/).every((word) => row.dataset.words.includes(word));
    return row.dataset[name].split(' ').includes(value);
  });
}

function filter(block) {
  const wanted = {};
  for (const field of block.querySelectorAll('[data-filter]')) {
    wanted[field.dataset.filter] = field.value.trim().toLowerCase();
    if (field.tagName === 'SELECT') wanted[field.dataset.filter] = field.value;
  }
  let shown = 0;
  let all = 0;
  for (const family of block.querySelectorAll('.family')) {
    let own = 0;
    for (const row of family.querySelectorAll('tbody tr')) {
      row.hidden = !matches(row, wanted);
      all += 1;
      if (!row.hidden) own += 1;
    }
    family.hidden = own === 0;
    shown += own;
  }
  const told = block.querySelector('[data-shown]');
  told.textContent = told.dataset.words.replace('{shown}', shown).replace('{n}', all);
  block.querySelector('.nothing').hidden = shown > 0;
}

// What is chosen in one language holds in the other.
function copy(from) {
  for (const field of from.querySelectorAll('[data-filter]')) {
    for (const block of blocks) {
      if (block !== from) block.querySelector(`[data-filter="${field.dataset.filter}"]`).value = field.value;
    }
  }
}

for (const block of blocks) {
  block.querySelector('.bar').hidden = false;
  const update = () => {
    copy(block);
    blocks.forEach(filter);
  };
  block.querySelector('.bar').addEventListener('input', update);
  block.querySelector('[data-clear]').addEventListener('click', () => {
    for (const field of block.querySelectorAll('[data-filter]')) field.value = '';
    update();
    block.querySelector('[data-filter="words"]').focus();
  });
  filter(block);
}

document.addEventListener('keydown', (event) => {
  const block = blocks.find((one) => one.offsetParent !== null);
  const search = block.querySelector('[data-filter="words"]');
  if (event.key === '/' && !['INPUT', 'SELECT'].includes(document.activeElement.tagName)) {
    event.preventDefault();
    search.focus();
  }
  if (event.key === 'Escape' && document.activeElement === search && search.value) {
    event.preventDefault();
    block.querySelector('[data-clear]').click();
  }
});
for (const lang of ['zh', 'en']) {
  if (location.hash.slice(1) === lang) document.getElementById('pick-' + lang).checked = true;
}
document.documentElement.dataset.ready = 'yes';

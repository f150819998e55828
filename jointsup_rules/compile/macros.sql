-- The engine's own arithmetic in DuckDB; statements end with ;; because bodies may hold a single one.
-- Months: a criminal limit that starts on the last day of a month ends on the last day of the later month
-- (SPC Interpretation of the Criminal Procedure Law (2021) art. 202); a civil one ends on the same day, or on the
-- last day where that day does not exist. DuckDB's own month step is the civil one.
CREATE MACRO js_months_after_civil(d, n) AS
    CAST(CAST(d AS DATE) + to_months(CAST(n AS INTEGER)) AS DATE);;
CREATE MACRO js_months_after_criminal(d, n) AS
    CASE WHEN CAST(d AS DATE) = last_day(CAST(d AS DATE))
         THEN last_day(CAST(CAST(d AS DATE) + to_months(CAST(n AS INTEGER)) AS DATE))
         ELSE CAST(CAST(d AS DATE) + to_months(CAST(n AS INTEGER)) AS DATE) END;;

-- Calendar: one row of lists, looked up by the number of days since its first day. Subqueries that depend on a row
-- would be as fast one at a time, but one inside another they multiply. A day outside the announced years has an empty
-- entry, or none, and gives an empty result, which the callers read as unknown.
CREATE MACRO js_calendar_place(d) AS
    greatest(date_diff('day', (SELECT first_day FROM calendar_lookup), CAST(d AS DATE)) + 1, 0);;
CREATE MACRO js_calendar_day(d) AS (SELECT days FROM calendar_lookup)[js_calendar_place(d)];;
CREATE MACRO js_roll(d) AS (SELECT rolled FROM calendar_lookup)[js_calendar_place(d)];;
CREATE MACRO js_is_working_day(d) AS js_calendar_day(d).working;;
CREATE MACRO js_working_days_between(a, b) AS
    list_transform([[js_calendar_day(a), js_calendar_day(b)]],
        lambda p: CASE WHEN p[1].block = p[2].block THEN p[2].place - p[1].place END)[1];;
CREATE MACRO js_add_working_days(d, k) AS
    list_transform([{f: js_calendar_day(d), t: (SELECT working_days FROM calendar_lookup)[
            greatest(js_calendar_day(d).place + CAST(k AS INTEGER), 0)]}],
        lambda p: CASE WHEN p.f.block = p.t.block THEN p.t.day END)[1];;

CREATE MACRO js_weekday(d) AS isodow(CAST(d AS DATE));;
CREATE MACRO js_minutes_between(a, b) AS
    CAST(date_diff('second', a, b) AS DECIMAL(38, 8)) / 60;;
CREATE MACRO js_hours_between(a, b) AS
    CAST(date_diff('second', a, b) AS DECIMAL(38, 8)) / 3600;;
CREATE MACRO js_add_minutes(t, n) AS t + to_minutes(CAST(n AS BIGINT));;

-- Sums of money are far below the guard; what is not is empty, which the callers read as unknown.
CREATE MACRO js_times(a, b) AS
    list_transform([{a: CAST(a AS DECIMAL(38, 8)), b: CAST(b AS DECIMAL(38, 8))}], lambda p:
        CASE WHEN abs(CAST(p.a AS DOUBLE) * CAST(p.b AS DOUBLE)) < 1e21 THEN CAST(p.a * p.b AS DECIMAL(38, 8)) END)[1];;

-- Text. Full width to half width first, then one kind of brackets and dashes, no blanks, upper case.
-- Walking a long table of characters is slow, so it is done only where one of them stands in the text.
CREATE MACRO js_half_width(s) AS CASE WHEN regexp_matches(s, '[０-９Ａ-Ｚａ-ｚ／－．：，；　]') THEN translate(s,
    '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ／－．：，；　',
    '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz/-.:,; ') ELSE s END;;
CREATE MACRO js_round_brackets(s) AS replace(replace(s, '（', '('), '）', ')');;
CREATE MACRO js_one_kind(s) AS CASE WHEN regexp_matches(s, '[〔［【﹝〖〕］】﹞〗—–‐−―\[\]]')
    THEN translate(s, '[〔［【﹝〖]〕］】﹞〗—–‐−―', '(((((())))))-----') ELSE s END;;
CREATE MACRO js_normalise(s) AS
    upper(regexp_replace(js_one_kind(js_round_brackets(js_half_width(s))), '\s+', '', 'g'));;
-- A number is taken apart once; the list of one makes the engine reckon it once.
CREATE MACRO js_case_no_parts(s) AS
    regexp_extract(translate(js_normalise(s), '[]', '()'),
        '^\(?(20\d{2}|19\d{2})\)([\x{4e00}-\x{9fff}]+?\d*)(知?)([\x{4e00}-\x{9fff}]{1,3}?)(?:字第)?(\d+)号(之[一二三四五六七八九十]+)?$',
        ['year', 'court', 'special', 'kind', 'serial', 'branch']);;
CREATE MACRO js_case_no_year(s) AS TRY_CAST(nullif(js_case_no_parts(s).year, '') AS BIGINT);;
CREATE MACRO js_case_no_court(s) AS nullif(js_case_no_parts(s).court, '');;
CREATE MACRO js_case_no_type(s) AS
    list_transform([js_case_no_parts(s)], lambda p: nullif(concat(p.special, p.kind), ''))[1];;
CREATE MACRO js_case_no_serial(s) AS TRY_CAST(nullif(js_case_no_parts(s).serial, '') AS BIGINT);;
CREATE MACRO js_case_no(s) AS
    list_transform([js_case_no_parts(s)], lambda p:
        CASE WHEN p.serial <> '' THEN concat('(', p.year, ')', p.court, p.special, p.kind, ltrim(p.serial, '0'), '号', p.branch) END)[1];;
CREATE MACRO js_document_no(s) AS
    nullif(regexp_replace(regexp_extract(replace(replace(js_normalise(s), '[', '('), ']', ')'),
        '^\S{1,12}?\((?:20|19)\d{2}\)Z?\d+号$'), '\)(Z?)0+', ')\1'), '');;
CREATE MACRO js_matches(s, p) AS regexp_full_match(s, p);;
CREATE MACRO js_extract(s, p, k) AS nullif(regexp_extract(s, p, k), '');;
-- The engine's likeness goes by bytes, of which unlike characters share some, so each character becomes one byte first.
CREATE MACRO js_letters() AS repeat(array_to_string(list_transform(range(33, 127), lambda i: chr(CAST(i AS INTEGER))), ''), 20);;
CREATE MACRO js_similar(a, b) AS
    list_transform([{a: a, b: b, chars: array_to_string(list_distinct(string_split(concat(a, b), '')), '')}], lambda p:
        CAST(jaro_winkler_similarity(translate(p.a, p.chars, js_letters()), translate(p.b, p.chars, js_letters())) AS DECIMAL(38, 8)))[1];;
CREATE MACRO js_share(part, whole) AS
    CASE WHEN whole <> 0 THEN CAST(CAST(part AS DOUBLE) / CAST(whole AS DOUBLE) AS DECIMAL(38, 8)) END;;

-- Dates and numbers written as text; the forms are those that import understands.
CREATE MACRO js_plain_digits(s) AS
    translate(regexp_replace(regexp_replace(regexp_replace(js_half_width(s),
        '([二三])十([一二三四五六七八九])', '\1\2', 'g'), '([二三])十', '\1〇', 'g'), '十([一二三四五六七八九])', '一\1', 'g'),
        '〇零一二三四五六七八九', '00123456789');;
CREATE MACRO js_date_digits(s) AS replace(js_plain_digits(s), '十', '10');;
CREATE MACRO js_as_date(s) AS (
    TRY_CAST(CASE
        WHEN regexp_full_match(trim(js_half_width(s)), '\d{8}')
        THEN concat(trim(js_half_width(s))[1:4], '-', trim(js_half_width(s))[5:6], '-', trim(js_half_width(s))[7:8])
        WHEN regexp_matches(trim(js_date_digits(s)), '^\d{4}\s*[年./-]')
        THEN regexp_replace(regexp_replace(trim(js_date_digits(s)),
             '\s*[年月./]\s*', '-', 'g'), '日.*$|[ T].*$', '')
    END AS DATE));;
CREATE MACRO js_as_number(s) AS TRY_CAST(replace(trim(js_half_width(s)), ',', '') AS DECIMAL(38, 8));;
CREATE MACRO js_as_whole(s) AS
    list_transform([js_as_number(s)], lambda n: CASE WHEN n = trunc(n) THEN TRY_CAST(n AS BIGINT) END)[1];;
CREATE MACRO js_written_pieces(s) AS
    regexp_extract_all(js_date_digits(s),
        '\d{4}\s*(?:年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[-./]\d{1,2}[-./]\d{1,2})');;
CREATE MACRO js_written_date(s) AS js_as_date(js_written_pieces(s)[-1]);;
CREATE MACRO js_has_written_date(s) AS len(js_written_pieces(s)) > 0;;

-- Check digits. A long digit string is taken in pieces, for no integer type is wide enough.
CREATE MACRO js_digits_mod(s, m) AS
    CASE WHEN regexp_full_match(s, '\d+') THEN
        list_reduce(list_prepend(CAST(0 AS BIGINT), list_transform(string_split(s, ''), lambda c: CAST(c AS BIGINT))),
                    lambda a, c: (a * 10 + c) % m) END;;
CREATE MACRO js_id_number_valid(s) AS list_transform([upper(s)], lambda t:
    coalesce(regexp_full_match(t, '[1-9]\d{16}[\dX]'), FALSE) AND try_strptime(t[7:14], '%Y%m%d') IS NOT NULL
    AND '10X98765432'[1 + CAST(list_sum(list_transform(range(17), lambda i:
        TRY_CAST(t[i+1:i+1] AS INT) * [7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2][i+1])) AS INT) % 11] = t[18:18])[1];;
CREATE MACRO js_credit_code_valid(s) AS list_transform([upper(s)], lambda t:
    coalesce(regexp_full_match(t, '[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}'), FALSE)
    AND '0123456789ABCDEFGHJKLMNPQRTUWXY'[1 + (31 - CAST(list_sum(list_transform(range(17), lambda i:
        (instr('0123456789ABCDEFGHJKLMNPQRTUWXY', t[i+1:i+1]) - 1)
        * [1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28][i+1])) AS INT) % 31) % 31] = t[18:18])[1];;

-- How values look in sentences, evidence and lists.
CREATE MACRO js_number_text(v) AS
    CASE WHEN contains(CAST(v AS VARCHAR), '.') THEN rtrim(rtrim(CAST(v AS VARCHAR), '0'), '.') ELSE CAST(v AS VARCHAR) END;;
CREATE MACRO js_key_text(v) AS replace(replace(CAST(v AS VARCHAR), '\', '\\'), '|', '\|');;
CREATE MACRO js_mask_hide(v) AS CASE WHEN v IS NOT NULL THEN '＊＊＊' END;;
CREATE MACRO js_mask_short(v) AS
    CASE WHEN length(CAST(v AS VARCHAR)) > 6 THEN concat(CAST(v AS VARCHAR)[1:6], '…') ELSE CAST(v AS VARCHAR) END;;
CREATE MACRO js_mask_name(v) AS
    CASE WHEN v IS NULL THEN NULL
         WHEN regexp_matches(CAST(v AS VARCHAR), '某|[*＊]') THEN CAST(v AS VARCHAR)
         ELSE concat(CAST(v AS VARCHAR)[1:1], '某某') END;;
CREATE MACRO js_clue_id(rule, identity) AS concat(rule, '-', sha256(concat(rule, chr(31), identity))[1:12]);;

"""What a rule of kind `query` may say, as lists: the functions it may call and the forms it may be built of.

What is not listed is refused, so a new release of the database brings nothing in by itself; a test compares the lists
with all the functions it has. Left out is what reads settings, files, other tables or the clock, what waits, what
makes a value of a length of its own choice, what calls a function by a name in a text, what differs from run to run,
and what is the database's own business.
"""

from __future__ import annotations

from jointsup_rules.model.functions import FUNCTIONS

_TEXT = """
ascii char_length character_length chr concat concat_ws contains damerau_levenshtein editdist3 ends_with hamming instr
jaccard jaro_similarity jaro_winkler_similarity lcase left length levenshtein lower ltrim md5 mismatches nfc_normalize
ord overlay position prefix regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches
regexp_replace regexp_split_to_array replace reverse right rtrim sha256 split split_part starts_with str_split
str_split_regex string_split string_split_regex string_to_array strip_accents strlen strpos substr substring suffix
translate trim ucase unicode upper array_to_string like_escape ilike_escape not_like_escape not_ilike_escape
"""
_NUMBERS = """
abs add cbrt ceil ceiling divide even exp fdiv floor fmod gcd greatest_common_divisor isfinite isinf isnan lcm
least_common_multiple ln log log10 log2 mod multiply pow power round round_even roundbankers sign sqrt subtract trunc
"""
_DAYS = """
century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname dayofmonth
dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_us hour isodow isoyear julian last_day make_date
make_time make_timestamp microsecond millisecond minute month monthname quarter second strftime strptime time_bucket
timezone to_centuries to_days to_decades to_hours to_microseconds to_milliseconds to_minutes to_months to_quarters
to_seconds to_weeks to_years try_strptime week weekday weekofyear year yearweek
"""
_CHOICES = "coalesce least greatest nullif if typeof"
_LISTS = """
array_append array_apply array_cat array_concat array_contains array_distinct array_extract array_filter array_has
array_has_all array_has_any array_indexof array_intersect array_length array_position array_prepend array_reverse
array_reverse_sort array_select array_slice array_sort array_transform array_unique array_value array_where array_zip
cardinality element_at filter flatten len list_append list_apply list_avg list_bool_and list_bool_or list_cat
list_concat list_contains list_count list_distinct list_element list_extract list_filter list_first list_has
list_has_all list_has_any list_indexof list_intersect list_last list_max list_median list_min list_pack list_position
list_prepend list_reduce list_reverse list_reverse_sort list_select list_slice list_sort list_string_agg list_sum
list_transform list_unique list_value list_where list_zip map map_contains map_entries map_extract map_extract_value
map_from_entries map_keys map_values row struct_extract struct_extract_at struct_insert struct_pack unnest
"""
_JSON = """
array_to_json json_array json_array_length json_contains json_exists json_extract json_extract_path
json_extract_path_text json_extract_string json_keys json_object json_quote json_type json_valid json_value
row_to_json to_json
"""
_AGGREGATES = """
any_value arbitrary arg_max arg_max_null arg_min arg_min_null argmax argmin array_agg avg bit_and bit_or bit_xor
bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy favg first fsum group_concat
histogram kahan_sum kurtosis kurtosis_pop last list listagg mad max max_by mean median min min_by mode product quantile
quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy
regr_syy sem skewness stddev stddev_pop stddev_samp string_agg sum sumkahan var_pop var_samp variance
"""
_WINDOWS = """
cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number
"""
# As the database's own syntax tree calls them; comparisons are forms there and no functions.
_SIGNS = "+ - * / // % ** ^ || & | ~ ! ~~ !~~ ~~* !~~* ~~~ ->> = <> != < <= > >="

FUNCTIONS_OF_QUERIES: frozenset[str] = frozenset(
    name
    for group in (_TEXT, _NUMBERS, _DAYS, _CHOICES, _LISTS, _JSON, _AGGREGATES, _WINDOWS, _SIGNS)
    for name in group.split()
) | frozenset(FUNCTIONS)

# Of its own: a table of rows made of a list.
TABLE_FUNCTIONS_OF_QUERIES = frozenset({"unnest"})

FORMS_OF_QUERIES = frozenset(
    """
    SELECT_NODE SET_OPERATION_NODE
    BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST EMPTY
    DISTINCT_MODIFIER LIMIT_MODIFIER ORDER_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING
    COLUMN_REF STAR VALUE_CONSTANT VALUE_PARAMETER FUNCTION CASE_EXPR LAMBDA COLLATE TYPE OPERATOR_CAST
    ARRAY_EXTRACT ARRAY_SLICE STRUCT_EXTRACT ARRAY_CONSTRUCTOR ARROW
    CONJUNCTION_AND CONJUNCTION_OR OPERATOR_NOT OPERATOR_COALESCE OPERATOR_NULLIF OPERATOR_IS_NULL
    OPERATOR_IS_NOT_NULL OPERATOR_TRY GROUPING_FUNCTION
    COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO
    COMPARE_GREATERTHANOREQUALTO COMPARE_IN COMPARE_NOT_IN COMPARE_BETWEEN COMPARE_NOT_BETWEEN COMPARE_DISTINCT_FROM
    COMPARE_NOT_DISTINCT_FROM
    WINDOW_AGGREGATE WINDOW_RANK WINDOW_RANK_DENSE WINDOW_NTILE WINDOW_PERCENT_RANK WINDOW_CUME_DIST WINDOW_ROW_NUMBER
    WINDOW_FIRST_VALUE WINDOW_LAST_VALUE WINDOW_LEAD WINDOW_LAG WINDOW_NTH_VALUE
    """.split()
)

# Words that look like columns, and that the database reads as functions where no column has that name.
NOT_COLUMNS = frozenset(
    """
    current_catalog current_date current_role current_schema current_time current_timestamp current_user localtime
    localtimestamp session_user user rowid
    """.split()
)

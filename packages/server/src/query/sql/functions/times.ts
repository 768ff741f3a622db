// Functions of dates, times and intervals, and the names of the present, which become the time of the question: an
// answer follows from the log and the question alone.

export const timeFunctions = `
age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day dayname
dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_ns epoch_us era hour isodow isoyear julian
last_day make_date make_time make_timestamp make_timestamp_ms make_timestamp_ns make_timestamptz microsecond
millennium millisecond minute month monthname nanosecond quarter second strftime strptime time_bucket timezone
timezone_hour timezone_minute to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds
to_minutes to_months to_quarters to_seconds to_timestamp to_weeks to_years try_strptime week weekday weekofyear year
yearweek
`;

export type PresentKind = 'TIMESTAMP WITH TIME ZONE' | 'TIMESTAMP' | 'DATE';

/** Written with or without parentheses; as a word alone only those that SQL knows so. */
export const presentFunctions: Readonly<Record<string, PresentKind>> = {
  now: 'TIMESTAMP WITH TIME ZONE',
  current_timestamp: 'TIMESTAMP WITH TIME ZONE',
  get_current_timestamp: 'TIMESTAMP WITH TIME ZONE',
  transaction_timestamp: 'TIMESTAMP WITH TIME ZONE',
  localtimestamp: 'TIMESTAMP',
  current_localtimestamp: 'TIMESTAMP',
  current_date: 'DATE',
  today: 'DATE',
};

export const presentWords: readonly string[] = ['current_timestamp', 'localtimestamp', 'current_date'];

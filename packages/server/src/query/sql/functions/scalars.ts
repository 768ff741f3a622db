// Functions of numbers, of truth values and of types, and the operators. None reads anything but its arguments.

export const operators = `
+ - * / // % ** ^ & | << >> ~ @ !__postfix || ~~ !~~ ~~* !~~* ~~~ ^@ -> ->> && @> <@
`;

export const numberFunctions = `
abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide even exp
factorial fdiv floor fmod format_bytes formatreadabledecimalsize formatreadablesize gamma gcd greatest_common_divisor
isfinite isinf isnan lcm least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power
radians round round_even roundbankers sign signbit sin sinh sqrt subtract tan tanh trunc xor
`;

export const generalFunctions = `
greatest least nullif typeof pg_typeof
`;

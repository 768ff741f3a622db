// All functions that a statement may call. What is not named here is refused: a new version of DuckDB adds nothing by
// itself.

import { aggregateFunctions, windowFunctions } from './aggregates.ts';
import { jsonFunctions, lambdaFunctions, listFunctions, structFunctions } from './collections.ts';
import { generalFunctions, numberFunctions, operators } from './scalars.ts';
import { patternFunctions, textFunctions } from './text.ts';
import { timeFunctions } from './times.ts';

const families = [
  aggregateFunctions,
  windowFunctions,
  operators,
  numberFunctions,
  generalFunctions,
  textFunctions,
  patternFunctions,
  timeFunctions,
  listFunctions,
  structFunctions,
  jsonFunctions,
];

/** In lower case; DuckDB's functions are found in any. */
export const allowedFunctions: ReadonlySet<string> = new Set([
  ...families.flatMap((family) => family.split(/\s+/)).filter((name) => name !== ''),
  ...lambdaFunctions,
]);

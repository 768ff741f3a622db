// What an expression may call and name: functions of the list, and words that do not ask the engine about itself.

import { suggestion } from '../../text/nearest.ts';
import { allowedFunctions } from './functions/allowed-functions.ts';
import { whyRefused } from './functions/refused-functions.ts';
import { presentFunctions } from './functions/times.ts';
import { operatorTypes } from './grammar.ts';
import { checkPattern } from './guard-patterns.ts';
import { notAllowed, notAllowedKind } from './not-allowed.ts';
import { kindOf, nodesOf, type SqlNode, textOf, textsOf } from './syntax-tree.ts';

/** Words that are functions where no column has their name. */
const engineWords: ReadonlySet<string> = new Set([
  ...['current_catalog', 'current_database', 'current_role', 'current_schema', 'current_user'],
  ...['session_user', 'user', 'current_time', 'localtime'],
]);

const collations: ReadonlySet<string> = new Set(['nocase', 'noaccent', 'nfc', 'binary', 'c', 'posix']);

/** @param ownNames Names that the statement gives; a word that is one of them is a column. */
export function checkExpression(text: string, node: SqlNode, ownNames: ReadonlySet<string>): void {
  switch (kindOf(node)) {
    case 'FUNCTION':
    case 'WINDOW':
      checkFunction(text, node);
      checkPattern(text, node);
      break;
    case 'OPERATOR':
      if (!operatorTypes.has(textOf(node, 'type'))) throw notAllowedKind(text, node, textOf(node, 'type'));
      break;
    case 'COLUMN_REF':
      checkWord(text, node, ownNames);
      break;
    case 'COLLATE':
      checkCollation(text, node);
  }
}

function checkFunction(text: string, node: SqlNode): void {
  const name = textOf(node, 'function_name').toLowerCase();
  const schema = textOf(node, 'schema').toLowerCase();
  if ((schema !== '' && schema !== 'main') || textOf(node, 'catalog') !== '') {
    throw notAllowed(text, node, `${schema}.${name}(); write the function without a schema`);
  }
  if (!allowedFunctions.has(name) && !Object.hasOwn(presentFunctions, name)) {
    throw notAllowed(text, node, `the function ${name}()${whyRefused(name) || suggestion(name, allowedFunctions)}`);
  }
  if (name === 'age' && nodesOf(node, 'children').length < 2) {
    throw notAllowed(text, node, 'age() of one time, which counts from today; write age(current_date, …)');
  }
}

function checkWord(text: string, node: SqlNode, ownNames: ReadonlySet<string>): void {
  const [word = '', ...rest] = textsOf(node, 'column_names').map((name) => name.toLowerCase());
  if (rest.length > 0 || !engineWords.has(word) || ownNames.has(word)) return;
  const instead = word.endsWith('time') ? 'use current_timestamp' : 'a user of the log is actor.user_id';
  throw notAllowed(text, node, `${word}, which says something of the engine, not of the log; ${instead}`);
}

function checkCollation(text: string, node: SqlNode): void {
  const collation = textOf(node, 'collation').toLowerCase();
  if (collation.split('.').every((part) => collations.has(part))) return;
  throw notAllowed(text, node, `the collation "${collation}"; use nocase, noaccent or nfc`);
}

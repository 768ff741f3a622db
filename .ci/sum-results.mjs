// Adds up the tests of all suites and prints the closing line. Exits 1 if a test or a whole suite failed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, failedSuites] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
for (const name of readdirSync(folder).filter((each) => each.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
}
// A suite can fail without a failing test: a check, a file that does not load.
sum.failed = Math.max(sum.failed, Number(failedSuites));
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;

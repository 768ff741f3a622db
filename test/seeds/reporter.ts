// Counts the rows of the contract that work, and says so in the last line: what is skipped or missing does not work.

import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { DefaultReporter } from 'vitest/node';
import { seedRows } from './support/seed-rows.ts';

export default class SeedReporter extends DefaultReporter implements Reporter {
  override onTestRunEnd(...[modules, errors, reason]: Parameters<DefaultReporter['onTestRunEnd']>): void {
    super.onTestRunEnd(modules, errors, reason);
    const working = new Set(modules.flatMap((module) => passedIds(module)));
    const count = seedRows.filter(({ id }) => working.has(id)).length;
    process.stdout.write(`seeds: ${count} of ${seedRows.length} blocks work\n`);
  }
}

function passedIds(module: TestModule): string[] {
  return [...module.children.allTests('passed')].flatMap(
    (test: TestCase) => /^([GA]\d{2,3}) /.exec(test.name)?.[1] ?? [],
  );
}

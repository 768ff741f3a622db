// The flag `--period` of those verbs that count.

import type { Command } from 'commander';
import { parseDuration } from '../config/duration.ts';
import { type Period, parsePeriod } from '../query/period.ts';

/** What `--help` says about periods. */
export const periodHelp = `
A period is a time back from now (24h, 7d), a day, month, quarter or year in UTC (2025-10-31, 2025-10, Q4-2025, 2025),
or a range of these, both ends included (2025-10..2025-12, 2025-11-15.., ..2024). Times such as
2026-01-31T10:15:00Z may stand in a range too; as an end they are excluded. Seals are not counted.`;

export function addPeriodOption(command: Command): Command {
  return command.option('--period <period>', 'only what happened then (default: the whole log)');
}

/** @throws AuditError `invalid_argument` */
export function readPeriod(text: string | undefined): Period {
  return text === undefined ? {} : parsePeriod(text, { nowMs: Date.now(), parseDuration });
}

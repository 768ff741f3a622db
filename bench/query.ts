// `npm run bench:query`: three questions over the same ten million events, asked of the log's index and of what else
// one might have: a PostgreSQL table, jq and ripgrep. Who is asked the same has to answer the same.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { type Contender, figureOf, interleave, type Result, report, say } from './harness.ts';
import { coldRound, indexAndAsk, openIndexSide } from './query-index.ts';
import { measureLoad } from './query-load.ts';
import { openQueryLog } from './query-log.ts';
import { loadPostgres } from './query-postgres.ts';
import { findPrograms } from './query-programs.ts';
import { type Answer, type Answerer, compareAnswers, createQuestions, type Question } from './query-questions.ts';

const options = { seed: 1, count: Number(process.env.BENCH_EVENTS ?? 10_000_000) };
const rounds = 5;
const root = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'indelible-bench-query-'));

const resultName = (answerer: Answerer, question: Question) => `${question.means}: ${answerer.name}`;

/** A round is one asking, in milliseconds. What was answered last is kept in `answers`, by the answerer's name. */
function contendersOf(answerers: readonly Answerer[], question: Question, answers: Map<string, Answer>): Contender[] {
  return answerers.map((answerer) => ({
    name: resultName(answerer, question),
    unit: 'ms',
    round: async () => {
      const start = performance.now();
      const answer = await answerer.ask[question.name]();
      const elapsedMs = performance.now() - start;
      answers.set(answerer.name, answer);
      return elapsedMs;
    },
  }));
}

async function askAll(answerers: readonly Answerer[], question: Question): Promise<Result[]> {
  const answers = new Map<string, Answer>();
  const [slow, quick] = [true, false].map((wanted) => answerers.filter(({ isSlow = false }) => isSlow === wanted));
  // Once without a watch: the first asking is of cold caches.
  for (const { round } of contendersOf(quick!, question, answers)) await round();
  const results = [
    ...(await interleave(rounds, contendersOf(quick!, question, answers))),
    ...(await interleave(1, contendersOf(slow!, question, answers))),
  ];
  compareAnswers(question, answers);
  return results;
}

/** How many times as long as the first the others take. */
function ratiosOf(answerers: readonly Answerer[], questions: readonly Question[], results: readonly Result[]) {
  const [ours, ...peers] = answerers;
  const ratios = questions.flatMap((question) =>
    peers.map((peer): [string, number] => [
      `${question.name}_${peer.name.toLowerCase()}_vs_${ours!.name.toLowerCase()}`,
      figureOf(results, resultName(peer, question)) / figureOf(results, resultName(ours!, question)),
    ]),
  );
  return Object.fromEntries(ratios);
}

try {
  const log = await openQueryLog(options);
  const questions = createQuestions(options);
  const { found, missing } = findPrograms(log, questions);
  for (const name of missing) say(`${name} is not installed and is left out`);
  const index = await openIndexSide(log, join(root, 'index'), questions);
  const postgres = await loadPostgres(log, join(root, 'postgres'), questions);
  try {
    const answerers = [index.answerer, postgres.answerer, ...found];
    const results: Result[] = [
      { name: 'events', value: options.count, unit: '' },
      { name: 'the log itself', value: log.bytes / options.count, unit: 'bytes an event' },
      ...index.results,
      ...postgres.results,
    ];
    for (const question of questions.all) results.push(...(await askAll(answerers, question)));
    results.push(
      ...(await interleave(rounds, [{ name: 'cold indelible sql', unit: 'ms', round: () => coldRound(log.dataDir) }])),
    );
    const load = await measureLoad(indexAndAsk);
    results.push(...load.results);
    report('query', results, {
      ...ratiosOf(answerers, questions.all, results),
      append_p99_busy_vs_quiet: load.p99Ratio,
    });
    for (const name of missing) say(`not asked, because it is not installed: ${name}`);
  } finally {
    index.close();
    await postgres.stop();
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

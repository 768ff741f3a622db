// Reads one part and checks it.

import { readChunks } from './chunk-reader.ts';
import type { PartReport, PartTask } from './part.ts';
import { PartChecker } from './part-checker.ts';

/** Checks a part, from its first byte on. `onBytes` hears how many bytes were done since it was last called. */
export async function checkPart(task: PartTask, onBytes: (bytes: number) => void = () => {}): Promise<PartReport> {
  const checker = new PartChecker(task);
  for await (const chunk of readChunks(task.path, task.bytes)) {
    checker.consume(chunk);
    if (chunk.kind === 'lines') onBytes(chunk.end - chunk.start);
    if (checker.isDone) break;
  }
  return checker.finish();
}

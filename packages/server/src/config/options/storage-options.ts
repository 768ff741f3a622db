// How long records are kept and where, encryption, and who may read over HTTP. Only the minimum retention means
// anything yet: the log keeps everything, which meets every minimum. The rest comes later and is refused while set.

import { boolean, integer, listOf, oneOf, path, retentionPeriod, secret, text, url } from '../kinds.ts';
import { option, section } from '../schema.ts';

/** `encryption: true` stands for the mapping with its defaults; what is neither it nor a mapping is reported. */
const encryptionShorthand = (raw: unknown) =>
  ['true', 'false'].includes(String(raw)) ? { enabled: raw } : { enabled: 'neither true nor false' };

const encryption = (help: string) =>
  section(
    { later: 'encryption at rest', shorthand: encryptionShorthand, help },
    {
      enabled: option({ kind: boolean, default: true, help: 'Whether it is on.' }),
      algorithm: option({ kind: oneOf(['aes-256-gcm']), default: 'aes-256-gcm', help: 'The cipher.' }),
      key_source: option({ kind: oneOf(['file', 'env', 'kms', 'hsm']), default: 'file', help: 'Where the key is.' }),
      key_file: option({ kind: path, help: 'The key, when its source is a file.' }),
      hsm: section(
        { help: 'The token that holds the key.' },
        {
          module: option({ kind: path, help: 'The PKCS #11 library.' }),
          slot: option({ kind: integer(0), help: 'The slot of the token.' }),
          pin: option({ kind: secret, help: 'The PIN of the token.' }),
        },
      ),
    },
  );

export const encryptionOptions = encryption('Encrypts what lies under the data folder.');

export const accessOptions = section(
  { later: 'the HTTP API', help: 'Who may read and write over HTTP.' },
  {
    read_roles: option({ kind: listOf(text), example: ['security_admin'], help: 'The roles that may read.' }),
    write_roles: option({ kind: listOf(text), default: [], help: 'The roles that may write; none: only the system.' }),
  },
);

const tierBase = (storage: string) => ({
  duration: option({ kind: retentionPeriod, help: 'The age up to which records are here.' }),
  storage: option({ kind: text, example: storage, help: 'A folder, or an object store.' }),
  compression: option({ kind: oneOf(['none', 'zstd', 'gzip']), help: 'How segments are compressed.' }),
  encryption: encryption('Encrypts what is archived here.'),
});

const tier = (help: string, storage: string) => section({ later: 'retention tiers', help }, tierBase(storage));

export const retentionOptions = section(
  { help: 'How long records are kept.' },
  {
    duration: option({
      kind: retentionPeriod,
      example: '2555d',
      help: 'As `retention_days`: keep records at least so long. `7y` means calendar years.',
    }),
    hot: tier('Where records are at first.', '/var/log/indelible/audit'),
    warm: tier('Compressed.', '/archive/indelible/audit'),
    cold: tier('The long-term archive.', 's3://audit-archive/indelible'),
    purge_after_retention: option({
      kind: boolean,
      default: false,
      later: 'retention tiers',
      help: 'Remove whole sealed segments when their time is over.',
    }),
  },
);

export const storageOptions = section(
  { later: 'retention tiers', help: 'Access to object stores.' },
  {
    s3: section(
      { help: 'An S3-compatible store.' },
      {
        endpoint: option({ kind: url, help: 'Its address.' }),
        region: option({ kind: text, help: 'Its region.' }),
        access_key_id: option({ kind: secret, help: 'The id of the access key.' }),
        secret_access_key: option({ kind: secret, help: 'The access key.' }),
      },
    ),
  },
);

// Rows of the first seed whose parts come with later issues.

import { pending } from './support/seed-case.ts';

pending(['G02', 'G135', 'G150', 'G151'], 'the documentation that it names is not written yet');
pending(
  [
    'G27',
    'G28',
    'G29',
    'G30',
    'G31',
    'G32',
    'G33',
    'G90',
    'G91',
    'G92',
    'G93',
    'G94',
    'G95',
    'G96',
    'G97',
    'G98',
    'G99',
    'G100',
    'G101',
    'G102',
    'G103',
    'G104',
    'G105',
    'G144',
  ],
  'the sinks are not built yet',
);
pending(
  ['G76', 'G77', 'G78', 'G79', 'G80', 'G81', 'G82', 'G83', 'G84', 'G85', 'G86', 'G87', 'G88', 'G89', 'G133', 'G134'],
  'alerting is not built yet',
);
pending(
  ['G106', 'G107', 'G108', 'G109', 'G110', 'G111', 'G112', 'G113', 'G137', 'G138', 'G139', 'G140'],
  'reports and checks are not built yet',
);
pending(['G114', 'G116', 'G119'], 'encryption at rest and the HTTP API are not built yet');
pending(['G117', 'G118'], 'the HTTP API is not built yet');
pending(['G122', 'G123', 'G124', 'G125', 'G126', 'G127', 'G128'], 'retention tiers are not built yet');

// The one option schema: type, YAML key, environment name, flag, help and docs/config.md all come from this tree.

import { isOptionEntry, listEntries, section } from '../schema.ts';
import { auditOptions } from './audit-options.ts';
import { gatewayOptions, httpOptions, logOptions, queryOptions } from './server-options.ts';

export const audit = auditOptions.children;
export const log = logOptions.children;
export const gateway = gatewayOptions.children;
export const http = httpOptions.children;
export const query = queryOptions.children;

export const rootSection = section(
  { help: 'indelible.yaml' },
  { audit: auditOptions, log: logOptions, gateway: gatewayOptions, http: httpOptions, query: queryOptions },
);

export const entries = listEntries(rootSection);
export const optionEntries = entries.filter(isOptionEntry);

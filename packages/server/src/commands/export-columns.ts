// The columns of an export: those of the event schema, without what the log's index adds to them.

import { auditLogColumns } from '../query/columns.ts';

const { recorded_at: _, ...columns } = auditLogColumns;

export const exportColumns = columns;

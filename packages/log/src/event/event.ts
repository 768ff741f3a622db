// placeholder: owned by the event helper
export interface AuditEvent {
  event_type: string;
  [key: string]: unknown;
}

// Alerts, anomaly detection and compliance checks. All of them come later: the keys are known, so that a slip is told
// from a part that is not there yet, and setting one is refused.

import { boolean, decimal, duration, either, listOf, mailbox, oneOf, record, secret, text, url } from '../kinds.ts';
import { isMapping } from '../raw.ts';
import { option, section } from '../schema.ts';

const frequency = oneOf(['hourly', 'daily', 'weekly', 'monthly', 'quarterly']);
const frameworks = ['gdpr', 'hipaa', 'soc2', 'iso27001', 'pci_dss'] as const;

const channel = record(
  section(
    { help: 'One way to tell someone.' },
    {
      channel: option({ kind: oneOf(['slack', 'pagerduty', 'email', 'webhook']), help: 'What kind it is.' }),
      webhook: option({ kind: secret, help: 'The address to post to.' }),
      service_key: option({ kind: secret, aliases: ['routing_key'], help: "PagerDuty's key." }),
      recipients: option({ kind: listOf(mailbox), help: 'Who gets the mail.' }),
      endpoint: option({ kind: url, help: 'Another address of the service.' }),
    },
  ),
);

const rule = record(
  section(
    { help: 'One alert.' },
    {
      name: option({ kind: text, help: 'Its name.' }),
      condition: option({ kind: text, help: 'When it fires.' }),
      severity: option({ kind: oneOf(['info', 'warning', 'error', 'critical']), help: 'How grave it is.' }),
      timezone: option({ kind: text, help: 'The time zone of its hours.' }),
      action: section(
        { help: 'What it does.' },
        {
          notify: option({
            kind: listOf(either(channel, isMapping, oneOf(['immediate']))),
            help: 'Whom it tells; `immediate` is everyone at once.',
          }),
        },
      ),
    },
  ),
);

const detector = record(
  section(
    { help: 'One detector.' },
    {
      name: option({ kind: text, help: 'Its name.' }),
      type: option({ kind: oneOf(['baseline', 'first_time_access']), help: 'How it works.' }),
      metric: option({
        kind: oneOf(['queries_per_user_per_hour', 'rows_returned_per_user_per_day']),
        help: 'What it measures.',
      }),
      sensitivity: option({ kind: oneOf(['low', 'medium', 'high']), help: 'A threshold by name.' }),
      alert_threshold: option({ kind: decimal(0.1, 100), help: 'The threshold in standard deviations.' }),
      alert_on: option({ kind: oneOf(['label']), help: 'What is seen for the first time.' }),
    },
  ),
);

const check = record(
  section(
    { help: 'One check.' },
    {
      name: option({ kind: text, help: 'Its name.' }),
      frequency: option({ kind: frequency, help: 'How often it runs.' }),
      at: option({ kind: text, help: 'The time of day, HH:MM.' }),
      query: option({ kind: text, help: 'What it asks of the log.' }),
      expect: option({ kind: oneOf(['none', 'some']), help: 'When it passes.' }),
    },
  ),
);

const review = record(
  section(
    { help: 'One regular review.' },
    {
      name: option({ kind: text, help: 'Its name.' }),
      frequency: option({ kind: frequency, help: 'How often it is due.' }),
      report: option({ kind: text, help: 'The report to read.' }),
    },
  ),
);

export const alertOptions = option({ kind: listOf(rule), later: 'alerting', help: 'Rules that are told of at once.' });

export const anomalyOptions = section(
  { later: 'anomaly detection', help: 'Tells of what differs from the past.' },
  {
    enabled: option({ kind: boolean, default: true, help: 'Whether it runs.' }),
    learning_period: option({ kind: duration, default: 604_800_000, help: 'How long it only watches.' }),
    detectors: option({ kind: listOf(detector), help: 'What it watches.' }),
  },
);

export const complianceOptions = section(
  { later: 'compliance checks', help: 'Checks that run by themselves.' },
  {
    frameworks: option({ kind: listOf(oneOf(frameworks)), help: 'Whose built-in checks run.' }),
    checks: option({ kind: listOf(check), help: 'Checks of your own.' }),
    reviews: option({ kind: listOf(review), help: 'Regular reviews.' }),
    phi_labels: option({ kind: listOf(text), help: 'The labels that hold health information.' }),
  },
);

export const notifierOptions = section(
  { later: 'alerting', help: 'How notifications leave.' },
  {
    email: section(
      { help: 'The mail server.' },
      {
        smtp_url: option({ kind: secret, help: 'Its address.' }),
        from: option({ kind: mailbox, help: 'The sender.' }),
      },
    ),
  },
);

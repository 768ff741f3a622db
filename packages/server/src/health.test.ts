import { get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type HealthEndpoint, startHealthEndpoint } from './health.ts';

let endpoint: HealthEndpoint | undefined;
afterEach(() => endpoint?.close());

function ask(path: string): Promise<{ status: number | undefined; body: unknown }> {
  const { host, port } = endpoint?.address ?? { host: '', port: 0 };
  return new Promise((resolve, reject) => {
    get({ host, port, path }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    }).on('error', reject);
  });
}

describe('the health endpoint', () => {
  it('answers 200 with size and origin while the log is open, 503 once it has stopped', async () => {
    const log = { state: 'open' as 'open' | 'stopped', size: 12, origin: 'a.example' };
    endpoint = await startHealthEndpoint({ host: '127.0.0.1', port: 0 }, log);
    expect(await ask('/health')).toEqual({ status: 200, body: { status: 'ok', size: 12, origin: 'a.example' } });
    log.state = 'stopped';
    expect(await ask('/health')).toMatchObject({ status: 503, body: { status: 'stopped' } });
    expect(await ask('/other')).toMatchObject({ status: 404 });
  });

  it('rejects when the port is taken', async () => {
    const log = { state: 'open', size: 0, origin: 'a.example' } as const;
    endpoint = await startHealthEndpoint({ host: '127.0.0.1', port: 0 }, log);
    await expect(startHealthEndpoint(endpoint.address, log)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

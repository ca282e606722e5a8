/** Certificates for servers on loopback: an authority made for this run, what it signed, and the file that a user would name in `caFile`. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface Certificates {
  /** PEM, for 127.0.0.1 and localhost. */
  readonly cert: string;
  readonly key: string;
  /** The authority that signed `cert`: PEM, and the path of a file that holds it. */
  readonly ca: string;
  readonly caFile: string;
  /** Of the same authority, but for another host. */
  readonly elsewhere: { readonly cert: string; readonly key: string };
  remove(): Promise<void>;
}

const DAY_MS = 86_400_000;

export async function certificates(): Promise<Certificates> {
  const { generate } = await import('selfsigned');
  const life = { notBeforeDate: new Date(Date.now() - DAY_MS), notAfterDate: new Date(Date.now() + DAY_MS) };
  const kind = { ...life, keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Authority of a test' }], {
    ...kind,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const signed = async (
    commonName: string,
    altNames: { type: 2 | 7; value?: string; ip?: string }[],
  ): Promise<{ cert: string; key: string }> => {
    const made = await generate([{ name: 'commonName', value: commonName }], {
      ...kind,
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    });
    return { cert: made.cert, key: made.private };
  };
  const here = await signed('localhost', [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ]);
  const elsewhere = await signed('elsewhere.example', [{ type: 2, value: 'elsewhere.example' }]);
  const folder = await mkdtemp(path.join(tmpdir(), 'lumiot-certificates-'));
  const caFile = path.join(folder, 'ca.pem');
  await writeFile(caFile, authority.cert);
  return { ...here, ca: authority.cert, caFile, elsewhere, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Files as bodies of requests: how much is read, and how long one waits for more. */

import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { readUpload } from '../../../../nodes/shared/runtime/upload';

describe('an upload', () => {
  /** What is read of a request: its headers, and its body as a stream. */
  const begin = (length?: number): PassThrough & IncomingMessage =>
    Object.assign(new PassThrough(), { headers: length === undefined ? {} : { 'content-length': String(length) } }) as never;

  it('is read to its end', async () => {
    const request = begin();
    const read = readUpload(request, 100);
    request.write('one ');
    request.end('file');
    assert.equal(String(await read), 'one file');
  });

  it('is refused beyond its size, said or sent', async () => {
    await assert.rejects(readUpload(begin(101), 100), { name: 'UploadTooLarge' });
    const request = begin();
    const read = readUpload(request, 100);
    request.write(Buffer.alloc(101));
    await assert.rejects(read, { name: 'UploadTooLarge' });
  });

  it('is not waited for without end', async () => {
    const request = begin();
    const read = readUpload(request, 100, 40);
    request.write('half');
    await assert.rejects(read, { code: 'BAD_INPUT', message: /ended before the file was complete/ });
    request.destroy();
  });

  it('that breaks off is told', async () => {
    const request = begin();
    const read = readUpload(request, 100);
    request.write('half');
    request.destroy();
    await assert.rejects(read, { code: 'BAD_INPUT' });
  });
});

import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { drained } from '../../../src/http/api/report-files.ts'

const listeners = (stream: PassThrough): number => stream.listenerCount('close') + stream.listenerCount('drain')

it('a report that waits for its reader again and again leaves nothing behind each time', async () => {
  const stream = new PassThrough({ highWaterMark: 1 })
  const before = listeners(stream)
  for (let piece = 0; piece < 20; piece += 1) {
    expect(stream.write('piece')).toBe(false)
    const waited = drained(stream)
    stream.read()
    await waited
  }
  expect(listeners(stream)).toBe(before)
})

it('a report waits no longer for a reader who has gone', async () => {
  const stream = new PassThrough({ highWaterMark: 1 })
  stream.write('piece')
  const waited = drained(stream)
  stream.destroy()
  await expect(waited).resolves.toBeUndefined()
})

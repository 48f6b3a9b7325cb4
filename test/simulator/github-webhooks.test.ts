import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startGitHub } from '../../src/simulator/github.ts'

it('webhooks carry a signature over their raw bytes, and a redelivery the same id', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'simulator-webhooks-'))
  await using github = await startGitHub({ clock: createSystemClock(), directory, tokens: {} })
  const { people } = await github.createRepository('acme/gitops')
  await people.commit('alice', { files: { a: 'a' }, message: 'First' })
  const received: { event: string; id: string; valid: boolean }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const {
          'x-github-event': event,
          'x-github-delivery': id,
          'x-hub-signature-256': signature,
        } = request.headers as Record<string, string>
        received.push({
          event: event!,
          id: id!,
          valid: signature === `sha256=${createHmac('sha256', 'hush').update(Buffer.concat(chunks)).digest('hex')}`,
        })
        response.writeHead(202).end()
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  github.forge.webhooks.setTarget({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, secret: 'hush' })
  await people.branch('alice', { branch: 'side', files: { b: 'b' }, message: 'Side' })
  const { number } = await people.openPull('alice', { title: 'Side', head: 'side' })
  await people.merge('alice', number)
  await github.forge.webhooks.settled()
  expect(received.map(({ event }) => event).toSorted()).toEqual(['pull_request', 'pull_request', 'push', 'push'])
  expect(received.every(({ valid }) => valid)).toBe(true)
  await github.forge.webhooks.redeliver(received[0]!.id)
  expect(received.at(-1)).toEqual(received[0])
  server.close()
  await rm(directory, { recursive: true })
})

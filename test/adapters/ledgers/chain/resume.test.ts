import { expect, it } from 'vitest'
import { resumeFrom, type ResumeSource } from '../../../../src/adapters/ledgers/chain/resume.ts'

it('a start that is ended while it looks for what is decided on asks for no further page, and gives up what it reads from', async () => {
  const interrupted = new AbortController()
  let pages = 0
  let isGivenUp = false
  const source: ResumeSource = {
    checkpoint: { sequence: 10, hash: 'h' },
    archived: undefined,
    async *decidedOn() {
      try {
        while (pages < 10) {
          pages += 1
          if (pages === 3) interrupted.abort(new Error('SIGTERM'))
          yield [{ sequence: pages, kind: 'version', key: `v${pages}` }]
        }
      } finally {
        isGivenUp = true
      }
    },
    ofReleases: async () => [],
    links: async () => [],
    linksAfter: async () => [],
  }
  const resumed = resumeFrom(source, { take: () => undefined, wanted: () => [], interrupted: interrupted.signal })
  await expect(resumed).rejects.toThrow(/^SIGTERM$/)
  expect({ pages, isGivenUp }).toEqual({ pages: 3, isGivenUp: true })
})

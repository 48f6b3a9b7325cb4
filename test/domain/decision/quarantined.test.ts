import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/domain/decision/decision.ts'
import type { DecisionInput } from '../../../src/domain/decision/facts.ts'
import { quarantinedBefore } from '../../../src/domain/decision/quarantined-before.ts'
import { aRelease } from '../../contract/ledger-documents.ts'
import { aQuarantine, OTHER } from '../quarantine/a-quarantine.ts'
import { clear } from './clear.ts'

const release = aRelease({ key: 'r2', startedAt: 5_000, images: ['registry.example/web:v2'], stableImages: ['registry.example/web:v1'] })

describe('a release of a version that was in quarantine when it began', () => {
  it.each([
    ['by its image', aQuarantine(), ['registry.example/web:v2']],
    ['by its template', aQuarantine({ images: [], templates: ['abc'] }), []],
  ])('is told %s', (_, one, images) => {
    expect(quarantinedBefore(release, [one])?.failed).toMatchObject({ images, commit: one.culprit })
  })

  it.each([
    ['another image', aQuarantine({ images: ['registry.example/web:v0'], templates: ['x'] })],
    ['one that came with this very failure', aQuarantine({ since: 5_000, release: 'r2' })],
  ])('is not told by %s', (_, one) => {
    expect(quarantinedBefore(release, [one])).toBeUndefined()
  })

  it('says nothing of the commit of then once it has failed itself: that is its own by then', () => {
    expect(quarantinedBefore(release, [aQuarantine({ release: 'r2' })])?.failed.commit).toBeNull()
  })
})

describe('a bot that pushes what is in quarantine', () => {
  const quarantined = quarantinedBefore(clear.release, [aQuarantine({ images: ['web:v2'], culprit: OTHER, templates: [], since: -1 })])
  const bot = { name: 'renovate[bot]', email: 'bot@x' }
  const culprits = clear.source?.culprits.map((commit) => ({ ...commit, author: bot })) ?? []
  const pushed: DecisionInput = { ...clear, quarantined, source: clear.source && { ...clear.source, culprits } }

  it('gets no PR, even where the ledger has no release of then any more; people read until when', () => {
    expect(quarantined).toBeDefined()
    const decision = decide(pushed)
    expect(decision.action).toBe('notify')
    expect(decision.reason).toMatch(
      /pushed it again\. The image web:v2 has failed here before and is in quarantine until 1970-01-15 \(3f9a/,
    )
  })

  it('is no matter where a person pushes it: that is decided on as ever', () => {
    expect(decide({ ...clear, quarantined }).action).toBe('open-revert')
  })
})

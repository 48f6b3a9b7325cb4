import { describe, expect, it } from 'vitest'
import { bodyLines } from '../../../src/domain/quarantine/body-lines.ts'
import { endWords, quarantinedName } from '../../../src/domain/quarantine/words.ts'
import { NOW } from './a-quarantine.ts'

describe('what people read of a quarantine', () => {
  it.each([
    ['its images by their last parts', { images: ['registry.example/web:v2', 'x/proxy:2'], templates: ['abc'] }, 'web:v2, proxy:2'],
    ['its newest template where no image changed', { images: [], templates: ['abc', 'def'] }, 'template def'],
    ['no template where none is known', { images: [], templates: [] }, 'template '],
  ])('names it by %s', (_, named, name) => {
    expect(quarantinedName(named)).toBe(name)
  })

  it.each([
    [{ outcome: 'lifted', liftedBy: 'ada' }, 'lifted by ada'],
    [{ outcome: 'lifted' }, 'lifted by a person'],
    [{ outcome: 'expired' }, 'its days are over'],
    [{ outcome: 'proven' }, 'it serves healthy by now'],
    [{ outcome: 'cleared' }, 'it failed for what many failed for'],
    [{ outcome: null }, 'it stands'],
  ] as const)('says of the end %j: %s', (end, words) => {
    expect(endWords(end)).toBe(words)
  })

  it('says in the body of a revert PR until when, and how it is lifted, of the first release that has one', () => {
    const [one, other] = ['3f9a12c8d0e4', 'ffffffffffff'].map((key) => ({ quarantine: { key, until: NOW } }))
    if (!one || !other) throw new Error('there are two')
    expect(bodyLines([{}, one, other])).toEqual([
      '- The failed version is in quarantine until 2026-12-01: a commit or pull request that brings it back gets a red ' +
        '`kedge/quarantine`. The label `kedge/quarantine-lift` here, or `kedge quarantine lift 3f9a12c8d0e4`, lifts it.',
    ])
    expect([bodyLines([{}]), bodyLines([])]).toEqual([[], []])
  })
})

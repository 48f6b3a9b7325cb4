import { describe, expect, it } from 'vitest'
import { KedgeError } from '../../src/domain/errors.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import { createJournal, LEADS_ALL } from '../../src/reconcile/environment.ts'
import { knownForge } from '../../src/reconcile/known-forge.ts'
import { aRelease, releaseEntry } from '../contract/ledger-documents.ts'
import { anEnvironment } from './an-environment.ts'

const one = (key: string) => releaseEntry(aRelease({ key }))

describe('a journal', () => {
  it('has each commit see all that was committed before, in the order in which they came', async () => {
    const { journal, ledger } = await anEnvironment()
    const seen: (readonly boolean[])[] = []
    const commit = (key: string): Promise<void> =>
      journal.commit(() => {
        seen.push(['a', 'b'].map((other) => ledger.read('release', other) !== undefined))
        return [one(key)]
      })
    await Promise.all([commit('a'), commit('b'), commit('c')])
    expect(seen).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ])
  })

  /** A ledger that answers each append with the next of these faults, then takes it. */
  function failing(...faults: readonly Error[]) {
    const left = [...faults]
    const appended: number[] = []
    const append: Ledger['append'] = async (entries) => {
      appended.push(entries.length)
      const fault = left.shift()
      if (fault) throw fault
    }
    return { journal: createJournal({ append } as Ledger), appended }
  }

  it('asks anew where another process came first', async () => {
    const { journal, appended } = failing(new KedgeError('E_LEDGER_BEHIND', 'first'), new KedgeError('E_LEDGER_BEHIND', 'second'))
    let asked = 0
    await journal.commit(() => Array.from({ length: (asked += 1) }, () => one('a')))
    expect(appended).toEqual([1, 2, 3])
  })

  it.each([new KedgeError('E_LEDGER_WRITE', 'full'), new Error('full')])(
    'throws what else stands in the way, and goes on: %s',
    async (fault) => {
      const { journal, appended } = failing(fault)
      await expect(journal.commit(() => [one('a')])).rejects.toBe(fault)
      await journal.commit(() => [one('b'), one('c')])
      expect(appended).toEqual([1, 2])
    },
  )

  it('appends nothing where there is nothing to write', async () => {
    const { journal, appended } = failing()
    await journal.commit(() => [])
    expect(appended).toEqual([])
  })
})

it('who is the only one leads every cluster, and does its work at once', async () => {
  expect([LEADS_ALL.leads('any'), await LEADS_ALL.within(async () => 7)]).toEqual([true, 7])
})

describe('the forge of a repository', () => {
  const forges = (fault: Error) => ({
    forRepository: () => {
      throw fault
    },
  })

  it('is the one that serves it', async () => {
    const { forges: served } = await anEnvironment()
    const forge = served.forRepository('https://forge.example/acme/shop')
    expect(knownForge({ forRepository: () => forge }, 'https://forge.example/acme/shop')).toBe(forge)
  })

  it.each(['E_FORGE_UNSUPPORTED', 'E_REPOSITORY_NOT_ALLOWED'] as const)('is none where %s', (code) => {
    expect(knownForge(forges(new KedgeError(code, 'no')), 'https://forge.example/acme/shop')).toBeUndefined()
  })

  it.each([new KedgeError('E_FORGE_UNREACHABLE', 'no'), new Error('no')])('is asked for again where it is not known: %s', (fault) => {
    expect(() => knownForge(forges(fault), 'https://forge.example/acme/shop')).toThrow(fault)
  })
})

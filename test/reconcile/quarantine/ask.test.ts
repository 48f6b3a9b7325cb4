import { describe, expect, it } from 'vitest'
import type { Quarantine } from '../../../src/domain/quarantine/quarantine.ts'
import { createAsking } from '../../../src/reconcile/quarantine/ask.ts'
import { known, NOW } from '../an-environment.ts'
import { anAskedBranch, AWAY } from './an-asked-branch.ts'

const MINUTE = 60_000
const OVER: Partial<Quarantine> = { state: 'over', outcome: 'expired', endedAt: NOW }

async function anAsking(...quarantines: Parameters<typeof anAskedBranch>) {
  const place = await anAskedBranch(...quarantines)
  const asking = createAsking(place.environment, place.journal)
  return { ...place, ask: (own = place.documents, since = 0) => asking.ask(place.pass().look, own, since), asking }
}

describe('Git and the forge', () => {
  it('are asked what brings it back, and that is recorded with what is to be said', async () => {
    const { ask, ledger, head, seen } = await anAsking()
    await ask()
    expect(seen.fetched).toBe(1)
    expect(ledger.read('quarantine', 'q')?.marks).toEqual([{ commit: head, pullRequest: null, brings: true }])
    const effects = ledger.pendingEffects().map(({ action }) => action)
    expect(effects).toEqual([{ type: 'mark-commit', releaseKey: 'r', quarantineKey: 'q', commit: head }])
  })

  it('are asked by nobody where it has no branch, or no Application reads it', async () => {
    const { asking, pass, documents, seen } = await anAsking([{ key: 'q', baseBranch: null }, { key: 'p' }])
    await asking.ask(pass().look, documents.slice(0, 1), 0)
    await asking.ask(pass('web', { applications: [] }).look, documents, 0)
    expect(seen.fetched).toBe(0)
  })

  it('are asked no more of what a person has lifted', async () => {
    const { ask, label, ledger, read } = await anAsking()
    label()
    await ask()
    expect([ledger.read('quarantine', 'q')?.outcome, read()]).toEqual(['lifted', 0])
  })

  it('write nothing where all is said, and wait for no turn', async () => {
    const { environment, pass, documents, head } = await anAskedBranch()
    let turns = 0
    const asking = createAsking(environment, { commit: async () => void (turns += 1) })
    const said = documents.map((one) => ({ ...one, marks: [{ commit: head, pullRequest: null, brings: true }] }))
    await asking.ask(pass().look, said, 0)
    expect(turns).toBe(0)
  })

  it('are asked anew by who knows that something has moved', async () => {
    const { ask, asking, documents, seen } = await anAsking()
    await ask()
    await ask(documents, asking.moved())
    expect(seen.fetched).toBe(2)
  })
})

describe('what keeps them from being asked', () => {
  it('is said once, until it is another fault, or none', async () => {
    const { ask, seen, lines, wait } = await anAsking()
    const codes: unknown[] = []
    for (const fault of ['E_GIT_UNREACHABLE', 'E_GIT_UNREACHABLE', 'E_FORGE_UNREACHABLE', undefined, 'E_FORGE_UNREACHABLE'] as const) {
      seen.fault = fault
      await wait(MINUTE)
      await ask()
      codes.push(lines.length)
    }
    expect(codes).toEqual([1, 1, 2, 2, 3])
    expect(lines[0]).toMatchObject({
      level: 'warn',
      fields: { code: 'E_GIT_UNREACHABLE', repository: 'git.example/shop/gitops', error: expect.any(String) },
    })
  })

  it('is said of one, and the next one is asked about', async () => {
    const { ask, ledger, lines } = await anAsking([{ key: 'q', baseBranch: AWAY }, { key: 'p' }])
    await ask(['q', 'p'].flatMap((key) => ledger.read('quarantine', key) ?? []))
    expect([ledger.read('quarantine', 'p')?.marks.length, lines.length]).toEqual([1, 1])
  })

  it.each(['E_LEDGER_WRITE', new Error('unheard of')] as const)('is thrown where it is none of theirs: %s', async (fault) => {
    const { ask, seen, lines } = await anAsking()
    seen.fault = fault
    await expect(ask()).rejects.toThrow(/away|unheard/)
    expect(lines).toEqual([])
  })
})

describe('what was read of a change', () => {
  it('is kept for what stands, and forgotten of what is over, every ten minutes', async () => {
    const { ask, read, wait, ledger, documents } = await anAsking([{ key: 'q' }, { key: 'p', attempt: 'p' }])
    await ask()
    expect(read()).toBe(4)
    const [q] = documents
    if (q) await ledger.append([known('quarantine', { ...q, ...OVER })])
    await wait(10 * MINUTE - 1)
    await ask()
    await ask()
    expect(read()).toBe(4)
    await wait(1)
    await ask()
    expect(read()).toBe(4)
    // By now it is forgotten, and the other one is not; and it is kept again for the next ten minutes.
    await ask(documents.slice(1))
    expect(read()).toBe(4)
    await ask()
    expect(read()).toBe(6)
    await ask()
    expect(read()).toBe(6)
  })
})

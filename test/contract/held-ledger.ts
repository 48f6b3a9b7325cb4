import { describe, expect, it } from 'vitest'
import type { HeldLedger } from '../../src/ports/held-ledger.ts'
import { aRelease, releaseEntry } from './ledger-documents.ts'

/** A ledger as the service holds it. */
export interface HeldLedgerWorld extends AsyncDisposable {
  ledger: HeldLedger
  /** Takes it away from this process, so that nothing can be recorded any more. Absent where nothing can. */
  takeAway?: () => Promise<void>
}

const entry = (key: string) => [releaseEntry(aRelease({ key }))]

/** What every HeldLedger promises beside its records, its checkpoint and its inbox. */
export function describeHeldLedger(name: string, open: () => Promise<HeldLedgerWorld>): void {
  const isLost = ({ lost }: HeldLedger): Promise<boolean> =>
    Promise.race([lost.then(() => true), new Promise<false>((resolve) => setImmediate(() => resolve(false)))])

  describe(`${name} as a HeldLedger`, () => {
    it('may be acted on while it is held: it is not lost, not in trouble and not outdated', async () => {
      await using world = await open()
      const { ledger } = world
      for (const key of ['r1', 'r2']) {
        await ledger.append(entry(key))
        expect(() => ledger.assertMayAct()).not.toThrow()
        expect([await isLost(ledger), ledger.trouble?.(), ledger.outdated?.()]).toEqual([false, undefined, undefined])
      }
    })

    it('once it is taken away, says why for good, and acknowledges nothing ever again', async () => {
      await using world = await open()
      if (!world.takeAway) return
      const { ledger } = world
      await ledger.append(entry('r1'))
      await world.takeAway()
      const refused = { code: expect.stringMatching(/^E_LEDGER_(?:LOST|FENCED)$/) as string, retryable: false }
      await expect(ledger.append(entry('r2'))).rejects.toMatchObject(refused)
      expect(await ledger.lost).toMatchObject(refused)
      await expect(ledger.append(entry('r3'))).rejects.toMatchObject(refused)
    })

    it('closed, it takes no more', async () => {
      await using world = await open()
      await world.ledger.append(entry('r1'))
      await world.ledger[Symbol.asyncDispose]()
      await expect(Promise.resolve().then(() => world.ledger.append(entry('r2')))).rejects.toBeInstanceOf(Error)
    })
  })
}

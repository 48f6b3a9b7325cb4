import { expect, it } from 'vitest'
import { openPostgresLedger } from '../../../../src/adapters/ledgers/postgres/postgres-ledger.ts'
import { resume } from '../../../contract/ledger-checkpoint.ts'
import { aRelease, anEffect, effectEntry, releaseEntry } from '../../../contract/ledger-documents.ts'
import { createDatabase, hasPostgres } from '../../../postgres/database.ts'

it.runIf(hasPostgres).each([
  ['document_by_open', 'effect due'],
  ['document_by_subject', 'release hidden'],
])('an index %s that lacks %s is found by the walk, and the next start does without it', async (index, what) => {
  const { options, ask } = await createDatabase()
  await using store = await openPostgresLedger(options)
  const isReady = (ready: boolean) => ask(`UPDATE pg_index SET indisready = ${ready} WHERE indexrelid = 'kedge.${index}'::regclass`)
  await store.append([releaseEntry(aRelease({ key: 'other' }))])
  await isReady(false)
  await store.append([
    effectEntry(anEffect({ key: 'due', createdAt: 5 })),
    releaseEntry(aRelease({ key: 'hidden', state: 'ended', outcome: 'restored', endedAt: 9 })),
  ])
  await isReady(true)
  await store.keepCheckpoint(await store.head())
  {
    await using resumed = await resume(store)
    expect(await resumed.broken).toMatchObject({ message: expect.stringContaining(`the index hides ${what}`) as string })
  }
  await using resumed = await resume(store)
  expect([resumed.began, resumed.ledger.pendingEffects().length, resumed.ledger.read('release', 'hidden')?.key]).toEqual([
    undefined,
    1,
    'hidden',
  ])
})

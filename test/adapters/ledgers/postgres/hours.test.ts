import { expect, inject, test } from 'vitest'
import type { LedgerStore } from '../../../../src/ports/ledger.ts'
import { openPlacesOn, type Place, type Places } from '../../../contract/hours/places.ts'
import { liveYear } from '../../../contract/hours/year.ts'

// A short one of what `npm run ledger-hours` lives for years. Where there is no PostgreSQL, the others are asked all the same.
const postgres = inject('postgres')
const server = 'url' in postgres ? postgres.url : undefined
const KEPT = server === undefined ? ['SQLite'] : ['SQLite', 'PostgreSQL']
const HOURS = 300

type Question = 'load' | 'history' | 'naming'

/** Leaves the last document out of one answer: the first to this question that has more than one. */
function forgetful(place: Place, question: Question): Place {
  let forgot = false
  const lose = <T>(all: readonly T[]): readonly T[] => {
    if (forgot || all.length < 2) return all
    forgot = true
    return all.slice(0, -1)
  }
  const wrong = (store: LedgerStore): Pick<LedgerStore, Question> => ({
    load: async (...asked) => lose(await store.load(...asked)),
    history: async (...asked) => lose(await store.history(...asked)),
    async naming(...asked) {
      const found = await store.naming(...asked)
      return { ...found, releases: lose(found.releases) }
    },
  })
  return {
    name: place.name,
    get store() {
      return { ...place.store, [question]: wrong(place.store)[question] }
    },
    reopen: () => place.reopen(),
  }
}

async function openForgetful(name: string, question: Question): Promise<Places> {
  const places = await openPlacesOn(server)
  return { ...places, all: places.all.map((place) => (place.name === name ? forgetful(place, question) : place)) }
}

test(`${HOURS} hours of appends, questions and restarts have the same answers from every store`, async () => {
  const lived = await liveYear({ seed: 1, hours: HOURS, openAll: () => openPlacesOn(server) })
  expect(lived).toMatchObject({ hours: HOURS, stores: ['memory', ...KEPT] })
  expect(lived.appends).toBeGreaterThan(HOURS / 2)
  expect(lived.answers).toBeGreaterThan(HOURS / 2)
})

test.each([
  { name: 'SQLite', question: 'load' },
  { name: KEPT.at(-1) ?? '', question: 'history' },
  { name: KEPT.at(-1) ?? '', question: 'naming' },
] as const)('one document that $name leaves out of one answer of $question is noticed', async ({ name, question }) => {
  const living = liveYear({ seed: 1, hours: HOURS, openAll: () => openForgetful(name, question) })
  await expect(living).rejects.toThrow(new RegExp(`^seed 1, hour \\d+: ${name} answers otherwise: `))
})

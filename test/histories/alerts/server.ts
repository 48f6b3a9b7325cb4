import type { Alert, AlertPast } from '../../../src/domain/alert/alert.ts'
import type { AlertSource } from '../../../src/ports/alerts.ts'
import type { Random } from '../random.ts'
import type { World } from '../world/world.ts'
import type { WorldSpell } from './spells.ts'
import type { AlertTruth } from './truth.ts'

const HOUR_MS = 3_600_000

/** What is remembered of alerts, and by which clock. */
export interface AlertMemory {
  readonly skewMs: number
  readonly keepsPast: boolean
  readonly reachesBackMs: number
}

export function chooseMemory(random: Random): AlertMemory {
  return {
    skewMs: random.between(-3_000, 3_000),
    keepsPast: random.chance(0.75),
    reachesBackMs: random.chance(0.85) ? 25 * HOUR_MS : random.between(30_000, 600_000),
  }
}

/** Whoever tells of a world's alerts: with a clock of its own, with a memory or without, and not always there. */
export function createAlertServer(world: World, truth: AlertTruth, memory: AlertMemory, random: Random): AlertSource {
  const { skewMs, keepsPast, reachesBackMs } = memory
  const began = world.clock.now()
  const aways = Array.from({ length: random.chance(0.3) ? random.between(1, 3) : 0 }, () => {
    const from = began + random.between(30_000, 600_000)
    return { from, until: from + random.between(5_000, 90_000) }
  })
  const now = (): number => world.clock.now()
  const isAway = (): boolean => aways.some(({ from, until }) => from <= now() && now() < until)
  const isOn = ({ until }: WorldSpell): boolean => until === undefined

  return {
    knowsSilences: true,
    keepsPast,
    async alerts({ namespaces }) {
      if (isAway()) return { result: 'unknown', why: 'unreachable', detail: 'nobody answers' }
      const spells = truth.spells.filter((spell) => isOn(spell) && namespaces.includes(spell.labels['namespace'] ?? ''))
      const fires = (spell: WorldSpell): boolean => spell.firesAt <= now()
      return { result: 'told', alerts: spells.filter((spell) => keepsPast || fires(spell)).map((spell) => alertOf(spell, fires(spell))) }
    },
    async past({ name, labels }, from): Promise<AlertPast> {
      if (!keepsPast) return { result: 'unknown', detail: 'nobody keeps it' }
      if (isAway()) return { result: 'unknown', detail: 'nobody answers' }
      const since = Math.max(from, now() + skewMs - reachesBackMs)
      const own = truth.spells.filter((spell) => spell.name === name && spell.labels['rollout'] === labels['rollout'])
      const spells = own.map((spell) => ({ from: spell.from + skewMs, to: (spell.until ?? now()) + skewMs }))
      return { result: 'told', since, spells: spells.filter(({ to }) => to >= since) }
    },
  }

  /** Prometheus says since when the condition holds, Alertmanager since when it fires. */
  function alertOf(spell: WorldSpell, fires: boolean): Alert {
    const { name, labels, from, firesAt, isSilenced } = spell
    return {
      fingerprint: `${name} ${labels['namespace']} ${labels['rollout']}`,
      name,
      labels: { alertname: name, ...labels },
      annotations: {},
      state: !fires ? 'pending' : isSilenced ? 'silenced' : 'firing',
      beganAt: firesAt + skewMs,
      link: undefined,
      ...(keepsPast && { beganAt: (random.chance(0.5) ? from : firesAt) + skewMs }),
    }
  }
}

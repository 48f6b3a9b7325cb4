import { describe, expect, it } from 'vitest'
import type { Alert } from '../../src/domain/alert/alert.ts'
import type { AlertSource } from '../../src/ports/alerts.ts'

/** A server of alerts under test, and what happens at it. */
export interface AlertWorld extends AsyncDisposable {
  source: AlertSource
  fire(labels: Readonly<Record<string, string>>): Promise<void>
  resolve(alertname: string): Promise<void>
  /** Absent where it cannot be silenced. */
  silence?: (alertname: string) => void
  /** It does not answer any more. */
  breaks(): void
  now(): number
}

const BURN = { alertname: 'ErrorBudgetBurn', namespace: 'shop', rollout: 'web', slo: 'web-availability' }

async function told(source: AlertSource, namespaces: readonly string[] = ['shop']): Promise<readonly Alert[]> {
  const answer = await source.alerts({ namespaces })
  if (answer.result === 'unknown') throw new Error(answer.detail)
  return answer.alerts
}

/** What every server of alerts must do. */
export function describeAlertSource(name: string, open: () => Promise<AlertWorld>): void {
  describe(`alerts by ${name}`, () => {
    it('tells what fires, with its labels and since when, and nothing that does not', async () => {
      await using world = await open()
      expect(await told(world.source)).toEqual([])
      await world.fire(BURN)
      const [alert, ...more] = await told(world.source)
      expect(more).toEqual([])
      expect(alert).toMatchObject({ name: 'ErrorBudgetBurn', labels: BURN, state: 'firing' })
      expect(Math.abs((alert?.beganAt ?? 0) - world.now())).toBeLessThan(1_000)
      await world.resolve('ErrorBudgetBurn')
      expect(await told(world.source)).toEqual([])
    })

    it('tells those of the namespaces that are asked for, whatever characters they have', async () => {
      await using world = await open()
      await world.fire(BURN)
      await world.fire({ ...BURN, namespace: 'shop2' })
      expect((await told(world.source)).map(({ labels }) => labels['namespace'])).toEqual(['shop'])
      expect(await told(world.source, ['s.op', 'x"} or vector(1) #'])).toEqual([])
      expect(await told(world.source, ['shop', 'shop2'])).toHaveLength(2)
    })

    it('names an alert the same each time that it is asked, and two of them otherwise', async () => {
      await using world = await open()
      await world.fire(BURN)
      await world.fire({ ...BURN, slo: 'web-latency' })
      const [first, second] = await told(world.source)
      expect(first?.fingerprint).not.toBe(second?.fingerprint)
      expect((await told(world.source)).map(({ fingerprint }) => fingerprint)).toEqual([first?.fingerprint, second?.fingerprint])
    })

    it('tells what is silenced as silenced, where it knows of silences', async () => {
      await using world = await open()
      expect(world.source.knowsSilences).toBe(world.silence !== undefined)
      await world.fire(BURN)
      world.silence?.('ErrorBudgetBurn')
      expect((await told(world.source))[0]?.state).toBe(world.silence ? 'silenced' : 'firing')
    })

    it('tells when an alert has fired before, where it keeps that, and says that it does not otherwise', async () => {
      await using world = await open()
      const from = world.now() - 3_600_000
      await world.fire(BURN)
      const [alert] = await told(world.source)
      if (!alert) throw new Error('nothing fires')
      const past = await world.source.past(alert, from, 'web')
      expect(past.result).toBe(world.source.keepsPast ? 'told' : 'unknown')
      if (past.result === 'unknown') return
      expect(past.spells).toHaveLength(1)
      expect(past.since).toBeLessThanOrEqual(from + 30_000)
      expect(Math.abs((past.spells[0]?.from ?? 0) - alert.beganAt)).toBeLessThan(1_000)
    })

    it('does not throw where nobody answers, and says so', async () => {
      await using world = await open()
      await world.fire(BURN)
      world.breaks()
      expect(await world.source.alerts({ namespaces: ['shop'] })).toMatchObject({ result: 'unknown' })
    })
  })
}

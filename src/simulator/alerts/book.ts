import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'

/** One alert, from when its condition holds; `endedAt` undefined while it does. */
export interface Firing {
  fingerprint: string
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  startedAt: number
  endedAt: number | undefined
  isSilenced: boolean
}

/** Everything that has fired, for both servers. */
export interface AlertBook {
  fire(labels: Readonly<Record<string, string>>, annotations: Readonly<Record<string, string>>): Firing
  resolve(alertname: string): readonly Firing[]
  silence(alertname: string): void
  all(): readonly Firing[]
  firing(): readonly Firing[]
  /** Alertmanager's payload of version 4. @returns the receiver's status */
  send(receiver: { url: string; token: string }, alerts: readonly Firing[]): Promise<number>
}

const NEVER = '0001-01-01T00:00:00Z'

/** See {@link AlertBook}. */
export function createAlertBook(clock: Clock): AlertBook {
  const all: Firing[] = []
  const firing = (): Firing[] => all.filter(({ endedAt }) => endedAt === undefined)

  return {
    fire(labels, annotations) {
      const fingerprint = fingerprintOf(labels)
      const isSilenced = all.some((one) => one.isSilenced && one.labels['alertname'] === labels['alertname'])
      const known = firing().find((one) => one.fingerprint === fingerprint)
      if (known) return known
      const alert = { fingerprint, labels, annotations, startedAt: clock.now(), endedAt: undefined, isSilenced }
      all.push(alert)
      return alert
    },
    resolve(alertname) {
      const ended = firing().filter(({ labels }) => labels['alertname'] === alertname)
      for (const alert of ended) alert.endedAt = clock.now()
      return ended
    },
    silence(alertname) {
      for (const alert of all) if (alert.labels['alertname'] === alertname) alert.isSilenced = true
    },
    all: () => all,
    firing,
    async send({ url, token }, alerts) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(payloadOf(alerts)),
      })
      await response.arrayBuffer()
      return response.status
    },
  }
}

/** Source: prometheus/alertmanager `template/template.go` Data, `notify/webhook/webhook.go` Message. */
function payloadOf(alerts: readonly Firing[]): unknown {
  const status = alerts.every(({ endedAt }) => endedAt !== undefined) ? 'resolved' : 'firing'
  return {
    version: '4',
    groupKey: '{}:{}',
    truncatedAlerts: 0,
    status,
    receiver: 'kedge',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: alerts.map((alert) => ({
      status: alert.endedAt === undefined ? 'firing' : 'resolved',
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: rfc3339(alert.startedAt),
      endsAt: alert.endedAt === undefined ? NEVER : rfc3339(alert.endedAt),
      generatorURL: 'http://prometheus.example/graph?g0.expr=burn',
      fingerprint: alert.fingerprint,
    })),
  }
}

export function rfc3339(at: number): string {
  return new Date(at).toISOString()
}

function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 16)
}

import { alertmanagerWebhook } from '../../../src/adapters/alerts/alertmanager/webhook.ts'
import { describeIncomingWebhook } from '../../contract/incoming-webhook.ts'

const WAYS = {
  'a bearer token': (secret: string) => `Bearer ${secret}`,
  'a password': (secret: string) => `Basic ${Buffer.from(`kedge:${secret}`).toString('base64')}`,
} as const

for (const [way, shown] of Object.entries(WAYS)) {
  describeIncomingWebhook(`Alertmanager with ${way}`, {
    webhook: alertmanagerWebhook,
    hasNoPing: true,
    signsNothing: true,
    givesNoIds: true,
    hint: { look: 'alerts' },
    send({ event, secret, repository }) {
      const alert = { status: 'firing', fingerprint: repository ?? 'none', startsAt: '2026-11-29T12:00:00Z', labels: { alertname: 'Burn' } }
      const body = JSON.stringify({ version: '4', alerts: event === 'push' ? [alert] : [] })
      return { body, headers: { authorization: shown(secret) } }
    },
  })
}

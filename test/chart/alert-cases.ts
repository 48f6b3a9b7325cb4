/** Samples, one a minute, and which alerts they make fire. All other alerts must stay silent. */
export interface AlertCase {
  rule: string
  series: readonly { series: string; values: string }[]
  at: string
  fires: readonly { alert: string; labels?: Record<string, string>; value?: string; duration?: string }[]
}

const rollout = (name: string): string => `kedge_exposure_seconds{cluster="east",namespace="shop",rollout="${name}"}`
const blind = 'kedge_watch_blind_seconds{cluster="east",kind="Rollout"}'

export const ALERT_CASES: readonly AlertCase[] = [
  {
    rule: 'a healthy Kedge raises nothing',
    at: '2h',
    fires: [],
    series: [
      { series: 'kedge_outbox_oldest_seconds', values: '0x600' },
      { series: 'kedge_restores_overdue', values: '0x600' },
      { series: 'kedge_ledger_write_failures_total', values: '0x600' },
      { series: 'kedge_pull_request_oldest_seconds', values: '0x600' },
    ],
  },
  {
    rule: 'KedgeAbsent fires when its metrics are gone for five minutes',
    at: '20m',
    fires: [{ alert: 'KedgeAbsent' }],
    series: [{ series: 'kedge_build_info{version="0.1.0"}', values: '1x5 stale' }],
  },
  {
    rule: 'KedgeAbsent bears a restart',
    at: '8m',
    fires: [],
    series: [{ series: 'kedge_build_info{version="0.1.0"}', values: '1x5 stale _ 1x10' }],
  },
  {
    rule: 'KedgeBlind fires for the kind that is not seen',
    at: '10m',
    series: [{ series: blind, values: '60+60x20' }],
    fires: [{ alert: 'KedgeBlind', labels: { cluster: 'east', kind: 'Rollout' }, duration: '11m 0s' }],
  },
  {
    rule: 'KedgeBlind bears a watch that is away for four minutes',
    at: '6m',
    fires: [],
    series: [{ series: blind, values: '60 120 180 240 stale' }],
  },
  {
    rule: 'KedgeLeaderless fires for the cluster that no replica leads',
    at: '10m',
    fires: [{ alert: 'KedgeLeaderless', labels: { cluster: 'west' } }],
    series: [
      { series: 'kedge_leader{cluster="east",pod="a"}', values: '1x20' },
      { series: 'kedge_leader{cluster="east",pod="b"}', values: '0x20' },
      { series: 'kedge_leader{cluster="west",pod="a"}', values: '0x20' },
      { series: 'kedge_leader{cluster="west",pod="b"}', values: '0x20' },
    ],
  },
  {
    rule: 'KedgeOutboxStuck fires after a quarter of an hour',
    at: '16m',
    fires: [{ alert: 'KedgeOutboxStuck', duration: '16m 0s' }],
    series: [{ series: 'kedge_outbox_oldest_seconds', values: '0+60x20' }],
  },
  {
    rule: 'KedgeOutboxStuck stays silent until then',
    at: '15m',
    fires: [],
    series: [{ series: 'kedge_outbox_oldest_seconds', values: '0+60x20' }],
  },
  {
    rule: 'KedgeExposureOverLimit names the Rollout, once, also when two processes tell of it',
    at: '61m',
    series: [
      { series: `${rollout('checkout').slice(0, -1)},instance="a"}`, values: '0+60x70' },
      { series: `${rollout('checkout').slice(0, -1)},instance="b"}`, values: '0+60x70' },
    ],
    fires: [{ alert: 'KedgeExposureOverLimit', labels: { cluster: 'east', namespace: 'shop', rollout: 'checkout' }, duration: '1h 1m 0s' }],
  },
  {
    rule: 'KedgeExposureOverLimit ends with the exposure',
    at: '65m',
    fires: [],
    series: [{ series: rollout('checkout'), values: '0+60x61 stale' }],
  },
  {
    rule: 'KedgePullRequestWaiting fires after two hours',
    at: '121m',
    fires: [{ alert: 'KedgePullRequestWaiting', duration: '2h 1m 0s' }],
    series: [{ series: 'kedge_pull_request_oldest_seconds', values: '0+60x130' }],
  },
  {
    rule: 'KedgeRestoreFailed fires at once',
    at: '3m',
    fires: [{ alert: 'KedgeRestoreFailed', value: '1' }],
    series: [{ series: 'kedge_restores_overdue', values: '0 0 1x10' }],
  },
  {
    rule: 'KedgeLedgerBroken fires for one write that failed, and ends when none has for a quarter of an hour',
    at: '5m',
    fires: [{ alert: 'KedgeLedgerBroken' }],
    series: [{ series: 'kedge_ledger_write_failures_total', values: '0x3 1x60' }],
  },
  {
    rule: 'KedgeLedgerBroken is over after a quarter of an hour without',
    at: '30m',
    fires: [],
    series: [{ series: 'kedge_ledger_write_failures_total', values: '0x3 1x60' }],
  },
  {
    rule: 'KedgeLedgerUnverified fires after an hour of a chain that is not known to hold',
    at: '61m',
    fires: [{ alert: 'KedgeLedgerUnverified', value: '5000' }],
    series: [{ series: 'kedge_ledger_unverified_records', values: '5000x70' }],
  },
  {
    rule: 'KedgeLedgerUnverified is silent once it has held',
    at: '61m',
    fires: [],
    series: [{ series: 'kedge_ledger_unverified_records', values: '5000x30 0x40' }],
  },
  {
    rule: 'KedgeStorm fires for ten Rollouts at once',
    at: '5m',
    fires: [{ alert: 'KedgeStorm', value: '10' }],
    series: Array.from({ length: 10 }, (_, at) => ({ series: rollout(`app-${at}`), values: '0+60x30' })),
  },
  {
    rule: 'KedgeStorm stays silent for ten that failed within an hour',
    at: '10m',
    fires: [],
    series: Array.from({ length: 10 }, (_, at) => ({ series: rollout(`app-${at}`), values: `${at * 240}+60x30` })),
  },
  {
    rule: 'KedgeStorm stays silent for five of which two replicas tell',
    at: '5m',
    fires: [],
    series: ['a', 'b'].flatMap((pod) =>
      Array.from({ length: 5 }, (_, at) => ({ series: rollout(`app-${at}`).replace('}', `,pod="${pod}"}`), values: '0+60x30' })),
    ),
  },
]

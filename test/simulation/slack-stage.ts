import { createSlackChannel } from '../../src/adapters/channels/slack/channel.ts'
import { slackInteraction } from '../../src/adapters/channels/slack/interaction.ts'
import { openListener, type Listener } from '../../src/http/servers/listener.ts'
import { createWebhookApp } from '../../src/http/webhooks/webhooks.ts'
import { SILENT } from '../../src/ports/log.ts'
import { joinChannels } from '../../src/service/join-channels.ts'
import { createSystemClock } from '../../src/simulator/clock.ts'
import { startSlack, type Slack } from '../../src/simulator/slack.ts'
import { buttonsOf } from '../../src/simulator/slack/press.ts'
import type { SlackChannel, SlackMessage } from '../../src/simulator/slack/workspace.ts'
import { createRunningStage, type RunningStage, type Stage, type StageOptions } from './stage.ts'

const TOKEN = 'xoxb-1'
const SECRET = 'a-signing-secret'
const MAX_SNOOZE_MINUTES = 240
const MINUTE = 60_000

/** A workspace of Slack beside a stage, and the endpoint where it tells what people press. */
export interface SlackSide extends AsyncDisposable {
  readonly slack: Slack
  /** Presses a button of the newest card, or of another. @returns the status of Kedge's answer */
  press(action: string, by?: { id: string; name: string }, message?: SlackMessage): Promise<number>
  /** The cards, oldest first, each with everything that it shows. */
  shown(): readonly string[]
  /** The ids of what can be pressed on the newest card. */
  buttons(): readonly unknown[]
  /** Replies in all threads, oldest first. */
  replies(): readonly string[]
}

interface SlackStageOptions {
  /** What people are called, by their ids. */
  names?: Record<string, string>
  channels?: SlackChannel[]
  allowChannel?: (channel: string) => boolean
}

const BUTTONS = { maxSnoozeMinutes: MAX_SNOOZE_MINUTES }

/** A stage that `open` makes, whose channel is Slack. */
export async function withSlack<S extends Stage>(
  open: (options: StageOptions) => Promise<S>,
  { names = {}, channels, allowChannel = () => true, ...options }: StageOptions & SlackStageOptions = {},
): Promise<S & SlackSide> {
  const system = createSystemClock()
  const at: { stage?: Stage } = {}
  const now = (): number => at.stage?.clock.now() ?? Date.parse('2026-12-01T22:00:00Z')
  const slack = await startSlack({ clock: { ...system, now }, token: TOKEN, signingSecret: SECRET, ...(channels && { channels }) })
  const sender = createSlackChannel({ token: TOKEN, apiUrl: slack.apiUrl, allowChannel, buttons: BUTTONS, now })
  const channel = joinChannels([{ name: 'slack', hasOnePlace: false, channel: sender }])
  const stage = await open({ ...options, wrap: (environment) => ({ ...(options.wrap?.(environment) ?? environment), channel }) })
  at.stage = stage
  const listener = await openListener(endpointOf(stage, names), { host: '127.0.0.1', port: 0 })
  return Object.assign(stage, sideOf(stage, slack, listener))
}

/** Where Slack tells what people press. */
function endpointOf(stage: Stage, names: Record<string, string>): ReturnType<typeof createWebhookApp> {
  return createWebhookApp({
    views: [],
    inbox: stage.ledgerStore,
    clock: stage.clock,
    logger: SILENT,
    senders: [],
    interactions: [
      {
        id: 'slack',
        name: 'Slack',
        interaction: slackInteraction as never,
        entries: [{ name: 'slack', secret: SECRET, options: { interactivity: { ...BUTTONS, names } } }],
      },
    ],
    answer: (answer, side) => stage.controller.answer(answer, side),
    secrets: {},
    argocdFields: {},
    enqueue: () => undefined,
    enqueueRepository: () => undefined,
    enqueueApplication: () => undefined,
  })
}

function sideOf(stage: Stage, slack: Slack, listener: Listener): SlackSide {
  const cards = (): SlackMessage[] => slack.messages.filter(({ thread_ts: thread }) => thread === undefined)
  const newest = (): SlackMessage => {
    const message = cards().at(-1)
    if (!message) throw new Error('there is no card')
    return message
  }
  const dispose = stage[Symbol.asyncDispose].bind(stage)
  return {
    slack,
    async press(action, user = { id: 'U1', name: 'ada' }, message = newest()) {
      const status = await slack.press({ url: `${listener.url}/webhooks/slack`, message, action, user })
      await stage.idle()
      return status
    },
    shown: () => cards().map(({ text, attachments }) => JSON.stringify([text, attachments])),
    buttons: () => buttonsOf(newest()).map((button) => button['action_id']),
    replies: () => slack.messages.filter(({ thread_ts: thread }) => thread !== undefined).map(({ text }) => text),
    async [Symbol.asyncDispose](): Promise<void> {
      await dispose()
      await listener[Symbol.asyncDispose]()
      await slack.stop()
    },
  }
}

export type SlackStage = RunningStage & SlackSide

/** A release that has failed, whose card is at Slack. */
export async function createFailedAtSlack(options: StageOptions & SlackStageOptions = {}): Promise<SlackStage> {
  const stage = await withSlack(createRunningStage, { ...options, policy: { mode: 'notify', ...options.policy } })
  await stage.release('v2')
  await stage.abort()
  await stage.advance(MINUTE)
  return stage
}

/** A person tries the release again. */
export async function retry(stage: SlackStage): Promise<void> {
  stage.web.retry()
  await stage.show()
  await stage.advance(MINUTE)
}

import { KedgeError } from '../../../domain/errors.ts'
import { fail, failure, ok, warn, type Finding } from '../../../ports/finding.ts'
import type { SlackAuth } from './auth.ts'
import { createClient } from './channel.ts'
import { toNotifierError } from './errors.ts'

const SUBJECT = 'Slack'
const MAX_PAGES = 20

interface Channel {
  id?: string
  name?: string
  is_member?: boolean
  is_archived?: boolean
}

type Client = ReturnType<typeof createClient>

/** Whether the token works and these channels can be posted in. Posts nothing. */
export async function examineSlack(
  auth: SlackAuth,
  { apiUrl, team }: { apiUrl: string | undefined; team: string | undefined },
  channels: readonly string[],
): Promise<readonly Finding[]> {
  if (auth.type === 'webhook') {
    const { host } = new URL(auth.url)
    return [ok(SUBJECT, `an incoming webhook of ${host} is configured; it can only be tried by posting, which the doctor does not do`)]
  }
  const client = createClient({ token: auth.token, apiUrl })
  try {
    return [...(await checkToken(client, team)), interactivityOf(auth), ...(await checkChannels(client, channels))]
  } catch (fault) {
    return [failure(SUBJECT, toNotifierError(fault, 'a question of the doctor'))]
  }
}

async function checkToken(client: Client, wanted: string | undefined): Promise<readonly Finding[]> {
  const { team, team_id: id, user, response_metadata: metadata } = await client.auth.test()
  const scopes: readonly string[] | undefined = metadata?.scopes
  const signedIn = ok(SUBJECT, `signed in to ${team ?? 'a workspace'} as ${user ?? 'somebody'}`)
  const isOther = wanted !== undefined && id !== undefined && wanted !== id
  const known = isOther ? [signedIn, otherTeam(wanted, id)] : [signedIn]
  if (scopes === undefined || scopes.includes('chat:write')) return known
  return [
    ...known,
    fail(
      SUBJECT,
      'the token has no scope chat:write: it cannot post',
      'Add the scope to the Slack app and install it anew in the workspace.',
    ),
  ]
}

function otherTeam(wanted: string, id: string): Finding {
  return fail(
    SUBJECT,
    `the token is of the workspace ${id}, and only people of ${wanted} may answer cards: nobody can`,
    'Correct `interactivity.team`, or leave it out.',
  )
}

/** Slack does not tell whether it has the address, nor whether the secret is the app's: only a pressed button does. */
function interactivityOf({ signingSecret }: SlackAuth & { type: 'token' }): Finding {
  if (signingSecret === undefined) return ok(SUBJECT, 'no signing secret is given: cards have no buttons')
  if (!/^[0-9a-f]{32}$/.test(signingSecret))
    return warn(
      SUBJECT,
      'the signing secret does not look like one (32 digits and letters a to f): what people press may be refused',
      'Copy it from the page of the Slack app: Basic Information, App Credentials, Signing Secret.',
    )
  return ok(SUBJECT, 'a signing secret is given; whether Slack has the address /webhooks/slack can only be told by pressing a button')
}

async function checkChannels(client: Client, wanted: readonly string[]): Promise<readonly Finding[]> {
  if (wanted.length === 0)
    return [warn(SUBJECT, 'no channel is named anywhere in the configuration', 'Set `defaults.channel`, or one in a rule.')]
  const known = await listChannels(client)
  if (known === undefined) {
    return [
      warn(
        SUBJECT,
        `whether ${wanted.join(', ')} exist cannot be seen without the scope channels:read`,
        'Add the scope for this check, or look that the app is a member of each channel.',
      ),
    ]
  }
  return wanted.map((channel) =>
    describeChannel(
      channel,
      known.find(({ id, name }) => id === channel || name === channel.replace(/^#/, '')),
    ),
  )
}

function describeChannel(wanted: string, found: Channel | undefined): Finding {
  if (!found)
    return warn(
      SUBJECT,
      `the channel ${wanted} is not among those that the app can see; it may be private`,
      'Check its name, and invite the app to it.',
    )
  if (found.is_archived) return fail(SUBJECT, `the channel ${wanted} is archived`, 'Name another one in the configuration.')
  if (found.is_member === false)
    return warn(
      SUBJECT,
      `the app is no member of ${wanted}: it can post only with the scope chat:write.public`,
      `Invite it: /invite in ${wanted}.`,
    )
  return ok(SUBJECT, `the channel ${wanted} is there, and the app is in it`)
}

/** Undefined where the token may not list them. */
async function listChannels(client: Client): Promise<readonly Channel[] | undefined> {
  const channels: Channel[] = []
  let cursor = ''
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await client.conversations.list({ limit: 1_000, types: 'public_channel', ...(cursor !== '' && { cursor }) })
      channels.push(...(answer.channels ?? []))
      cursor = answer.response_metadata?.next_cursor ?? ''
      if (cursor === '') break
    }
    return channels
  } catch (error) {
    const fault = toNotifierError(error, 'conversations.list')
    if (fault instanceof KedgeError && fault.code === 'E_NOTIFIER_AUTH') return undefined
    throw fault
  }
}

import type { Secrets } from '../config/secrets.ts'
import type { Config } from '../config/settings.ts'
import { ok, warn, type Finding } from '../ports/finding.ts'
import { placeOf } from '../service/join-channels.ts'

const SUBJECT = 'channels'

/** Whether the channels of the configuration can be posted in. Posts nothing. */
export async function checkChannels(config: Config, secrets: Secrets): Promise<readonly Finding[]> {
  if (config.channels.length === 0) return [tellsNobody(config)]
  const named = config.channels.map(({ name, manifest }) => ({ name, hasOnePlace: manifest.hasOnePlace ?? false }))
  const wanted = channelsOf(config).map((address) => placeOf(named, address))
  const findings: Finding[] = []
  for (const [index, { manifest, options, name }] of config.channels.entries()) {
    const places = wanted.filter((place) => place.name === name).map(({ channel }) => channel)
    const credential = secrets.channels[index]
    if (credential !== undefined) findings.push(...(await manifest.examine(options, credential, places)))
  }
  return findings
}

function tellsNobody({ policy }: Config): Finding {
  const modes = [policy.defaults.mode, ...policy.rules.map(({ set }) => set.mode)]
  const tells = modes.some((mode) => mode === 'notify' || mode === 'pr')
  return tells
    ? warn(
        SUBJECT,
        'none is configured, so nobody is told although the mode says so',
        'Configure `channels` and a channel, or follow the page and `kedge status`.',
      )
    : ok(SUBJECT, 'none is configured; in mode observe nobody is told anyway')
}

function channelsOf({ policy }: Config): readonly string[] {
  const choices = [policy.defaults, ...policy.rules.map(({ set }) => set)]
  return [...new Set(choices.flatMap(({ channel, alsoTell = [] }) => [...(channel === undefined ? [] : [channel]), ...alsoTell]))]
}

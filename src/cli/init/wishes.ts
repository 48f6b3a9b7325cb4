import { offered, type Wishes } from '../../config/first-config.ts'
import type { Mode } from '../../domain/policy/policy.ts'
import type { Answers } from './flags.ts'
import { listOf } from './questions.ts'

/** What the answers come to. They are all right: see `askAll`. */
export function wishesOf(answers: Answers): Wishes {
  const { forge, forgeUrl, signIn, channelType, channelUrl, channel, image } = answers
  return {
    mode: answers.mode as Mode,
    forge: forge === 'none' ? undefined : { id: forge, url: forgeUrl, signIn },
    repositories: listOf(answers.repositories),
    // One that has one place alone is called by its own name.
    channel: channelType === 'none' ? undefined : { id: channelType, url: channelUrl, signIn: '', address: channel || nameOf(channelType) },
    namespaces: listOf(answers.namespaces),
    argocd: { namespace: answers.argocdNamespace, url: said(answers.argocdUrl), api: said(answers.argocdApi) },
    publicUrl: said(answers.publicUrl),
    webhookHost: said(answers.webhookHost),
    image: imageOf(image),
    home: answers.installNamespace,
  }
}

function nameOf(channelType: string): string {
  return offered('channels').find(({ id }) => id === channelType)?.id ?? channelType
}

function said(answer: string): string | undefined {
  return answer === '' ? undefined : answer
}

function imageOf(image: string): Wishes['image'] {
  const [, repository, tag] = /^(.+?)(?::([\w][\w.-]*))?$/.exec(image) ?? []
  return repository === undefined ? undefined : { repository, tag }
}

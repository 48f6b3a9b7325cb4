import { dayOf } from '../words/calendar.ts'
import { plainText } from '../words/plain-text.ts'
import { versionName } from '../words/wording.ts'
import type { Quarantine } from './quarantine.ts'

type Named = Pick<Quarantine, 'images' | 'templates'>

/** What a person calls what is in quarantine: its images by their last parts, or the template. */
export function quarantinedName({ images, templates }: Named): string {
  return images.length > 0 ? versionName(images, null) : `template ${plainText(templates.at(-1) ?? '', 60)}`
}

/** How a quarantine came out, as a clause. */
export function endWords({ outcome, liftedBy }: { outcome: Quarantine['outcome']; liftedBy?: string | null | undefined }): string {
  switch (outcome) {
    case 'lifted':
      return `lifted by ${plainText(liftedBy ?? 'a person', 100)}`
    case 'expired':
      return 'its days are over'
    case 'proven':
      return 'it serves healthy by now'
    case 'cleared':
      return 'it failed for what many failed for'
    case null:
      return 'it stands'
  }
}

/** What is told beside a commit that brings it back. One line; a forge cuts it from behind. */
export function redWords(quarantine: Quarantine): string {
  const { reason, until, key } = quarantine
  return plainText(`${quarantinedName(quarantine)} failed here (${reason}): in quarantine ${key} until ${dayOf(until)}`, 300)
}

/** What is told beside a commit that brought it, or takes it out, once nothing speaks against it any more. */
export function greenWords(quarantine: Quarantine): string {
  const name = quarantinedName(quarantine)
  return plainText(quarantine.state === 'standing' ? `${name} is not brought back any more` : `${name}: ${endWords(quarantine)}`, 300)
}

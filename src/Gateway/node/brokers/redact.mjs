// Secrets must not leave this process but in a request to their venue: every text on its way out is cleaned of them.

const mark = '[redacted]';

/** Parameters that carry a signature or a key in URLs; ccxt puts the whole signed URL into the message of a network error. */
const signedParameters = /\b(signature|sign|apikey|api_key|api-key|apisign|api-sign|token|secret|password|passphrase)=[^&\s"']+/gi;

export class Redactor {
  #forms = [];

  /** Remembers a secret in every form it may be printed in. */
  add(secret) {
    if (typeof secret !== 'string' || secret.length === 0) return;
    const forms = [
      secret,
      secret.trim(),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret, 'utf8').toString('base64'),
      Buffer.from(secret, 'utf8').toString('base64url'),
      Buffer.from(secret, 'utf8').toString('hex'),
    ];
    // The longest first, so that no form is cut up by one that is part of it.
    this.#forms = [...new Set([...this.#forms, ...forms])].filter((form) => form.length > 0).sort((a, b) => b.length - a.length);
  }

  clean(text) {
    let cleaned = String(text);
    for (const form of this.#forms) cleaned = cleaned.replaceAll(form, mark);
    return cleaned.replace(signedParameters, `$1=${mark}`);
  }
}

/** The process's own: secrets of all accounts are kept out of what is said about any. */
export const redactor = new Redactor();

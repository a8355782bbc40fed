/** The syntax of names, labels and keys: each rule gives what is wrong in Kubernetes's words, nothing when all is right. */

/** A rule for a text; its messages, empty for a valid one. */
export type NameRule = (text: string) => string[];

const labelPattern = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomainPattern = `${labelPattern}(\\.${labelPattern})*`;
const wildcardPattern = `\\*\\.${subdomainPattern}`;
const label1035Pattern = '[a-z]([-a-z0-9]*[a-z0-9])?';
const namePattern = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const valuePattern = `(${namePattern})?`;
const envVarPattern = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const configKeyPattern = '[-._a-zA-Z0-9]+';
const headerPattern = '[-A-Za-z0-9]+';
const percentPattern = '[0-9]+%';

const whole = (pattern: string) => new RegExp(`^${pattern}$`);
const label = whole(labelPattern);
const subdomain = whole(subdomainPattern);
const wildcard = whole(wildcardPattern);
const label1035 = whole(label1035Pattern);
const name = whole(namePattern);
const value = whole(valuePattern);
const envVar = whole(envVarPattern);
const configKey = whole(configKeyPattern);
const header = whole(headerPattern);
const percentage = whole(percentPattern);

const nameSentence =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const nameExamples = ['MyName', 'my.name', '123-abc'];

/** Tells that a text is too long. */
function maxLengthMessage(most: number): string {
  return `must be no more than ${most} characters`;
}

/** Tells the span a number must lie in. */
export function rangeMessage(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** Tells a pattern a text must match; the odd blanks between examples are Kubernetes's. */
function patternMessage(sentence: string, pattern: string, ...examples: string[]): string {
  if (examples.length === 0) return `${sentence} (regex used for validation is '${pattern}')`;
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return `${sentence} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

/** Checks one label of a DNS name (RFC 1123), as most names of namespaces and containers are. */
export function dns1123Label(text: string): string[] {
  const wrong = tooLongFor(text, 63);
  if (label.test(text)) return wrong;
  if (subdomain.test(text)) return [...wrong, 'must not contain dots'];
  const sentence =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return [...wrong, patternMessage(sentence, labelPattern, 'my-name', '123-abc')];
}

/** Checks a DNS name (RFC 1123), as most objects' names are. */
export function dns1123Subdomain(text: string): string[] {
  const wrong = tooLongFor(text, 253);
  if (subdomain.test(text)) return wrong;
  const sentence =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
  return [...wrong, patternMessage(sentence, subdomainPattern, 'example.com')];
}

/** Checks a DNS name whose first label is `*`. */
export function wildcardSubdomain(text: string): string[] {
  if (wildcard.test(text)) return [];
  const sentence =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [patternMessage(sentence, wildcardPattern, '*.example.com')];
}

/** Checks one label of a DNS name (RFC 1035), as Services' names are: it begins with a letter. */
export function dns1035Label(text: string): string[] {
  const wrong = tooLongFor(text, 63);
  if (label1035.test(text)) return wrong;
  const sentence =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
  return [...wrong, patternMessage(sentence, label1035Pattern, 'my-name', 'abc-123')];
}

/** Checks a name with an optional DNS prefix: the keys of labels and annotations, finalizers, resources, conditions. */
export function qualifiedName(text: string): string[] {
  const slash = text.indexOf('/');
  const own = text.slice(slash + 1);
  if (own.includes('/')) {
    const sentence = patternMessage(`a qualified name ${nameSentence}`, namePattern, ...nameExamples);
    return [`${sentence} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const wrong: string[] = [];
  if (slash === 0) wrong.push('prefix part must be non-empty');
  if (slash > 0) for (const message of dns1123Subdomain(text.slice(0, slash))) wrong.push(`prefix part ${message}`);
  if (own === '') wrong.push('name part must be non-empty');
  if (own.length > 63) wrong.push(`name part ${maxLengthMessage(63)}`);
  if (!name.test(own)) wrong.push(`name part ${patternMessage(nameSentence, namePattern, ...nameExamples)}`);
  return wrong;
}

/** Checks the value of a label. */
export function labelValue(text: string): string[] {
  const wrong = tooLongFor(text, 63);
  if (value.test(text)) return wrong;
  const sentence = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
  return [...wrong, patternMessage(sentence, valuePattern, 'MyValue', 'my_value', '12345')];
}

/** Checks a port's name (RFC 6335, lower case). */
export function portName(text: string): string[] {
  const wrong = tooLongFor(text, 15);
  if (!/^[-a-z0-9]+$/.test(text)) wrong.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(text)) wrong.push('must contain at least one letter (a-z)');
  if (text.includes('--')) wrong.push('must not contain consecutive hyphens');
  if (text.startsWith('-') || text.endsWith('-')) wrong.push('must not begin or end with a hyphen');
  return wrong;
}

/** Checks a port number. */
export function portNumber(port: number): string[] {
  return port >= 1 && port <= 65535 ? [] : [rangeMessage(1, 65535)];
}

/** Checks the name of an environment variable. */
export function envVarName(text: string): string[] {
  const sentence =
    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
  const wrong = envVar.test(text)
    ? []
    : [patternMessage(sentence, envVarPattern, 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1')];
  return [...wrong, ...parentDirectory(text)];
}

/** Checks a key of a ConfigMap or Secret. */
export function configMapKey(text: string): string[] {
  const wrong = tooLongFor(text, 253);
  const sentence = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
  if (!configKey.test(text)) wrong.push(patternMessage(sentence, configKeyPattern, 'key.name', 'KEY_NAME', 'key-name'));
  return [...wrong, ...parentDirectory(text)];
}

/** Checks the name of an HTTP header. */
export function httpHeaderName(text: string): string[] {
  if (header.test(text)) return [];
  const sentence = "a valid HTTP header must consist of alphanumeric characters or '-'";
  return [patternMessage(sentence, headerPattern, 'X-Header-Name')];
}

/** Checks a percentage. */
export function percent(text: string): string[] {
  if (percentage.test(text)) return [];
  const sentence = "a valid percent string must be a numeric string followed by an ending '%'";
  return [patternMessage(sentence, percentPattern, '1%', '93%')];
}

/** Checks a prefix that a random suffix will follow: one hyphen may end it. */
export function asPrefix(rule: NameRule): NameRule {
  return (text) => rule(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);
}

/** Kubernetes counts bytes; what is not ASCII is refused by every pattern here anyway. */
function tooLongFor(text: string, most: number): string[] {
  return text.length > most ? [maxLengthMessage(most)] : [];
}

function parentDirectory(text: string): string[] {
  if (text === '.' || text === '..') return [`must not be '${text}'`];
  return text.startsWith('..') ? ["must not start with '..'"] : [];
}

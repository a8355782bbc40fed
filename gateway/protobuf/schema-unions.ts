/** The parts of a CustomResourceDefinition's schema that JSON has in one of two shapes, and protobuf as a message with both. */

type Message = Readonly<Record<string, unknown>>;

interface Union {
  toJson(message: Message): unknown;
  toMessage(json: unknown): Message;
}

/** As the `MarshalJSON` and `UnmarshalJSON` of apiextensions's types. */
const unions: ReadonlyMap<string, Union> = new Map([
  [
    'JSONSchemaPropsOrBool',
    {
      toJson: ({ schema, allows }) => schema ?? allows === true,
      toMessage: (json) => (typeof json === 'boolean' ? { allows: json } : { allows: true, schema: json }),
    },
  ],
  ['JSONSchemaPropsOrArray', listOrSchema('jSONSchemas')],
  ['JSONSchemaPropsOrStringArray', listOrSchema('property')],
]);

function listOrSchema(listField: string): Union {
  return {
    toJson: (message) => message[listField] ?? message.schema ?? null,
    toMessage: (json) => (Array.isArray(json) ? { [listField]: json } : { schema: json }),
  };
}

/** Gives the JSON of a message that was read: another than the message only where its type is a union. */
export function unionToJson(type: string, message: Message): unknown {
  return unions.get(type)?.toJson(message) ?? message;
}

/** Gives the message to write for a JSON value. */
export function unionToMessage(type: string, json: unknown): unknown {
  return unions.get(type)?.toMessage(json) ?? json;
}

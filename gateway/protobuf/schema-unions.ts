/** The parts of a CustomResourceDefinition's schema that JSON has in one of two shapes, and protobuf as a message with both. */

type Message = Readonly<Record<string, unknown>>;

interface Union {
  toJson(message: Message): unknown;
}

/** As the `MarshalJSON` and `UnmarshalJSON` of apiextensions's types. */
const unions: ReadonlyMap<string, Union> = new Map([
  [
    'JSONSchemaPropsOrBool',
    {
      toJson: ({ schema, allows }) => schema ?? allows === true,
    },
  ],
  ['JSONSchemaPropsOrArray', listOrSchema('jSONSchemas')],
  ['JSONSchemaPropsOrStringArray', listOrSchema('property')],
]);

function listOrSchema(listField: string): Union {
  return {
    toJson: (message) => message[listField] ?? message.schema ?? null,
  };
}

/** Gives the JSON of a message that was read: another than the message only where its type is a union. */
export function unionToJson(type: string, message: Message): unknown {
  return unions.get(type)?.toJson(message) ?? message;
}

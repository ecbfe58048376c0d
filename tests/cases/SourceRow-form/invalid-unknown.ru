INSERT DATA { <source/page#sh-contact> efa:answerForm efa:AnswerForm-poem }
